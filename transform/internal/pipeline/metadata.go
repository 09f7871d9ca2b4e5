package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// The labels that Velero puts on what it restores.
const (
	BackupNameLabel  = "velero.io/backup-name"
	RestoreNameLabel = "velero.io/restore-name"
)

// serverSet is the metadata that a restore drops. Finalizers and managedFields stay.
// Source: v1.18.2 pkg/restore/restore.go:2102-2121 (resetMetadata).
var serverSet = []string{
	"generateName", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "ownerReferences",
}

// keptByOld is the metadata that Velero 1.6 keeps. Source: v1.6.3 pkg/restore/restore.go:1556-1577.
var keptByOld = map[string]bool{"name": true, "namespace": true, "labels": true, "annotations": true}

// resetMetadata drops the metadata that a server sets, and the status. Ahead of a restore it does so only for the eyes
// of the actions and modifiers: PutBack undoes it, since the restore to come reads them.
func resetMetadata(env *Env, _ Around, it *Item) (Verdict, error) {
	if env.Archive && !env.Edits(it.Key.Resource) {
		return goOn()
	}
	it.Status = it.Object.Get("status")
	if env.Archive {
		it.aside = takeAside(it.Object, env.Profile)
	}
	if err := ResetMetadata(it.Object, env.Profile); err != nil {
		return Fail("wrong-type", "", err)
	}
	return goOn()
}

// ResetMetadata drops the metadata that a server sets, and the status.
func ResetMetadata(item *object.Value, p actions.Profile) error {
	metadata := item.Get("metadata")
	switch metadata.Kind() {
	case object.Missing:
		return errors.New("metadata: is missing")
	case object.Object:
	default:
		return fmt.Errorf("metadata: is %s, not an object", metadata.Kind())
	}
	if p.Does(actions.KeepsFinalizers) {
		for _, name := range serverSet {
			metadata.Remove(name)
		}
	} else {
		metadata.RemoveIf(func(name string) bool { return !keptByOld[name] })
	}
	item.Remove("status")
	return nil
}

func droppedMetadata(metadata *object.Value, p actions.Profile) []string {
	if p.Does(actions.KeepsFinalizers) {
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

// aside is what a reset takes away, to be put back.
type aside struct {
	metadata []metadataField
	status   *object.Value
}

type metadataField struct {
	name  string
	value *object.Value
}

func takeAside(o *object.Value, p actions.Profile) aside {
	a := aside{status: o.Get("status")}
	metadata := o.Get("metadata")
	for _, name := range droppedMetadata(metadata, p) {
		if v := metadata.Get(name); v != nil {
			a.metadata = append(a.metadata, metadataField{name, v})
		}
	}
	return a
}

// PutBack gives an item back what metadata-reset took away ahead of a restore, but for places where something new stands.
func (it *Item) PutBack() error {
	fields := it.aside.metadata
	if len(fields) > 0 && !it.Object.Has("metadata") {
		it.Object.Set("metadata", object.New())
	}
	metadata := it.Object.Get("metadata")
	if len(fields) > 0 && metadata.Kind() != object.Object {
		return fmt.Errorf("metadata: is %s, not an object", metadata.Kind())
	}
	fields = slices.DeleteFunc(fields, func(f metadataField) bool { return metadata.Has(f.name) })
	metadata.SetAll(func(yield func(string, *object.Value) bool) {
		for _, f := range fields {
			if !yield(f.name, f.value) {
				return
			}
		}
	})
	if it.aside.status != nil && !it.Object.Has("status") {
		it.Object.Set("status", it.aside.status)
	}
	return nil
}

func addLabels(env *Env, around Around, it *Item) (Verdict, error) {
	if err := AddRestoreLabels(it.Object, env.Restore.Name, env.Restore.Spec.BackupName); err != nil {
		return Fail("wrong-type", "metadata", err)
	}
	if err := around.Land(it); err != nil {
		return Fail("version-not-served", "kind", err)
	}
	return goOn()
}

// AddRestoreLabels puts the two labels of a restore on the item. Where one of its labels is no string, Velero cannot read
// them, and all of them go. Source: v1.18.2 pkg/restore/restore.go:2138-2151.
func AddRestoreLabels(item *object.Value, restore, backup string) error {
	if labels := item.Get("metadata", "labels"); labels != nil && !labels.IsStringMap() {
		item.Remove("metadata", "labels")
	}
	if err := item.Put(object.Text(velero.LabelValue(backup)), "metadata", "labels", BackupNameLabel); err != nil {
		return err
	}
	return item.Put(object.Text(velero.LabelValue(restore)), "metadata", "labels", RestoreNameLabel)
}

// moveToTarget gives an item its target namespace, and a Namespace that is rewritten its new name.
func moveToTarget(env *Env, _ Around, it *Item) (Verdict, error) {
	var err error
	switch {
	case it.Key.Resource == layout.Namespaces:
		err = it.Object.Put(object.Text(env.TargetNamespace(it.Key.Name)), "metadata", "name")
	case it.Namespace != "" && !it.Object.Get("metadata", "namespace").Is(it.Namespace):
		err = it.Object.Put(object.Text(it.Namespace), "metadata", "namespace")
	}
	if err != nil {
		return Fail("wrong-type", "metadata", err)
	}
	return goOn()
}

func create(_ *Env, around Around, it *Item) (Verdict, error) { return around.Create(it) }

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
