package pipeline

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// checkIdentity holds an item against its path. Differs from Velero: it goes by the content alone, so that an item at a
// wrong path is restored as something that the archive's listing does not show.
func checkIdentity(_ *Env, _ Around, it *Item) (Verdict, error) {
	if err := shape(it.Object); err != nil {
		return Fail("wrong-item", "", fmt.Errorf("%s: %w", it.Key.Path(), err))
	}
	if field, err := identity(it.Key, it.Object); err != nil {
		return Fail("wrong-item", field, fmt.Errorf("%s: %w", it.Key.Path(), err))
	}
	return replaceInvalidUTF8(it)
}

// replaceInvalidUTF8 gives the item the text that Velero gives it by reading its JSON.
// Source: v1.18.2 pkg/archive/filesystem.go:57, v1.6.3 pkg/archive/filesystem.go:49.
func replaceInvalidUTF8(it *Item) (Verdict, error) {
	text := it.Object.JSON()
	if utf8.Valid(text) {
		return goOn()
	}
	it.Report.Warn("invalid-utf8", "", "bytes that are not UTF-8 are replaced by U+FFFD")
	replaced, err := object.Parse(object.ValidUTF8(text))
	it.Object = replaced
	return Verdict{}, err
}

// shape refuses what Velero refuses, too.
func shape(o *object.Value) error {
	switch {
	case o.Kind() != object.Object:
		return fmt.Errorf("is %s, not an object", o.Kind())
	case o.Get("metadata").Kind() != object.Object:
		return fmt.Errorf("metadata: is %s, not an object", o.Get("metadata").Kind())
	case o.Get("apiVersion").IsText(""):
		return errors.New("apiVersion: is missing")
	}
	return nil
}

// identity says which field of an item is not what its path says.
func identity(key layout.ItemKey, o *object.Value) (field string, err error) {
	switch {
	case !o.Get("metadata", "name").IsText(key.Name):
		return "metadata.name", fmt.Errorf("metadata.name: is %q, and the path says %q", o.Name(), key.Name)
	case !o.Get("metadata", "namespace").IsText(key.Namespace):
		return "metadata.namespace", fmt.Errorf("metadata.namespace: is %q, and the path says %q", o.Namespace(), key.Namespace)
	}
	return "", nil
}

// targetNamespace makes sure of the namespace that an item goes into.
func targetNamespace(_ *Env, around Around, it *Item) (Verdict, error) {
	if it.Namespace == "" {
		return goOn()
	}
	barrier, err := around.Namespace(it)
	if err != nil {
		return Verdict{}, err
	}
	if barrier.Why != "" {
		return Fail(barrier.ID, "", fmt.Errorf("namespace %s: %s", it.Namespace, barrier.Why))
	}
	return goOn()
}

// once ends the way of an item that came up before, as another one asked for it, and of one that has completed its work.
func once(_ *Env, around Around, it *Item) (Verdict, error) {
	it.FromBackup, it.Owners = it.Object.Clone(), it.Object.Get("metadata", "ownerReferences")
	it.Report.Version = layout.Version(it.Object.APIVersion())
	ended, err := hasEnded(it.Object, it.Key.Resource)
	if err != nil {
		return Fail("wrong-type", "", err)
	}
	if !around.First(it) {
		return Verdict{Ends: true}, nil
	}
	if ended != "" {
		return End(report.Skip, ended)
	}
	return goOn()
}

// hasEnded says why Velero takes a Pod or a Job for one that has ended, "" if it does not.
// Source: v1.18.2 pkg/restore/restore.go:2154-2177.
func hasEnded(item *object.Value, resource string) (string, error) {
	switch resource {
	case layout.Pods:
		phase, err := nestedString(item, "status", "phase")
		switch phase {
		case "Succeeded":
			return "it has completed its work", err
		case "Failed":
			return "it has failed, and Velero does not restore pods that have ended", err
		}
		return "", err
	case layout.Jobs:
		completion, err := nestedString(item, "status", "completionTime")
		if completion == "" {
			return "", err
		}
		return "it has completed its work", err
	}
	return "", nil
}

// mirrorPodAnnotation marks a pod that a kubelet made from a file on its node.
const mirrorPodAnnotation = "kubernetes.io/config.mirror"

func leaveMirrorPod(_ *Env, _ Around, it *Item) (Verdict, error) {
	if it.Object.Annotation(mirrorPodAnnotation) != "" {
		return End(report.Skip, "a mirror pod: the kubelet of its node creates it from a file")
	}
	return goOn()
}
