package transform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// The names of the stages, as they stand in a report's changes and findings.
const (
	byMetadataReset    = "metadata-reset"
	byVolumeBinding    = "volume-binding"
	byVolumeIDs        = "volume-id-mapping"
	byNamespaceMapping = "namespace-mapping"
	byRestoreLabels    = "restore-labels"
	byModifier         = "resource-modifier[%d]"
	byModifiers        = "resource-modifiers"
	byNamespace        = "namespace"
	byCreate           = "create"
	byExisting         = "existing"
)

// The labels that Velero puts on what it restores.
const (
	backupNameLabel  = "velero.io/backup-name"
	restoreNameLabel = "velero.io/restore-name"
)

// serverSet is the metadata that a restore drops. Finalizers and managedFields stay.
// Source: v1.18.2 pkg/restore/restore.go:2102-2121 (resetMetadata).
var serverSet = []string{
	"generateName", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "ownerReferences",
}

// keptByOld is the metadata that Velero 1.6 keeps. Source: v1.6.3 pkg/restore/restore.go:1556-1577.
var keptByOld = map[string]bool{"name": true, "namespace": true, "labels": true, "annotations": true}

// resetMetadata drops the metadata that a server sets, and the status.
func resetMetadata(item *object.Value, p actions.Profile) error {
	metadata := item.Get("metadata")
	switch metadata.Kind() {
	case object.Missing:
		return errors.New("metadata: is missing")
	case object.Object:
	default:
		return fmt.Errorf("metadata: is %s, not an object", metadata.Kind())
	}
	for _, name := range droppedMetadata(metadata, p) {
		metadata.Remove(name)
	}
	item.Remove("status")
	return nil
}

func droppedMetadata(metadata *object.Value, p actions.Profile) []string {
	if p != actions.V1_6 {
		return serverSet
	}
	var dropped []string
	for name := range metadata.Members() {
		if !keptByOld[name] {
			dropped = append(dropped, name)
		}
	}
	return dropped
}

// addRestoreLabels puts the two labels of a restore on the item. Labels of which one is no string are unreadable: they
// all go. Source: v1.18.2 pkg/restore/restore.go:2138-2151.
func addRestoreLabels(item *object.Value, restore, backup string) error {
	if labels := item.Get("metadata", "labels"); labels != nil && !labels.IsStringMap() {
		item.Remove("metadata", "labels")
	}
	if err := item.Put(object.Text(velero.LabelValue(backup)), "metadata", "labels", backupNameLabel); err != nil {
		return err
	}
	return item.Put(object.Text(velero.LabelValue(restore)), "metadata", "labels", restoreNameLabel)
}

// isCompleted says whether a Pod or Job has done its work. Source: v1.18.2 pkg/restore/restore.go:2154-2177.
func isCompleted(item *object.Value, resource string) (bool, error) {
	switch resource {
	case "pods":
		phase, err := nestedString(item, "status", "phase")
		return phase == "Failed" || phase == "Succeeded", err
	case "jobs.batch":
		done, err := nestedString(item, "status", "completionTime")
		return done != "", err
	}
	return false, nil
}

// nestedString is apimachinery's NestedString: missing is "", and so is null on the way; a wrong type on the way or at
// the end, null included, is an error.
func nestedString(v *object.Value, path ...string) (string, error) {
	for i, name := range path {
		switch v.Kind() {
		case object.Missing, object.Null:
			return "", nil
		case object.Object:
			v = v.Get(name)
		default:
			return "", fmt.Errorf("%s: is %s, not an object", strings.Join(path[:i], "."), v.Kind())
		}
	}
	if v == nil {
		return "", nil
	}
	s, ok := v.Text()
	if !ok {
		return "", fmt.Errorf("%s: is %s, not a string", strings.Join(path, "."), v.Kind())
	}
	return s, nil
}

// mirrorPodAnnotation marks a pod that a kubelet made from a file on its node.
const mirrorPodAnnotation = "kubernetes.io/config.mirror"

// wantsStatus says whether the status goes back, by the item's own annotation or the restore's list.
// Source: v1.18.2 pkg/restore/restore.go:2613-2659.
func wantsStatus(item *object.Value, resource string, restoreStatus *filter) bool {
	listed := restoreStatus != nil && restoreStatus.has(resource)
	switch strings.ToLower(strings.TrimSpace(item.Annotation("velero.io/restore-status"))) {
	case "true":
		return true
	case "false":
		return false
	}
	return listed
}
