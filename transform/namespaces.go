package transform

import (
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// ensureNamespace makes sure of the target of a namespace of the backup, once. A Namespace goes through no action and
// no resource modifier and gets no restore labels.
// Source: v1.18.2 pkg/restore/restore.go:712-752, pkg/util/kube/utils.go (EnsureNamespaceExistsAndIsReady).
func (r *run) ensureNamespace(original string) error {
	target := r.o.targetNamespace(original)
	if _, known := r.spaces[target]; known {
		return nil
	}
	r.spaces[target] = ""
	r.tell(layout.Address{Resource: "namespaces", Name: original}.Key(), bySelection, func() string {
		return "Velero makes sure of the namespace of an item before the first one that it restores into it"
	})
	object, err := r.namespaceObject(original, target)
	if err != nil {
		return err
	}
	it := &item{run: r, key: layout.Address{Resource: "namespaces", Name: original}.Key(), resource: "namespaces", object: object}
	it.report = report.Item{Resource: "namespaces", Version: "v1", Name: target, OriginalName: original}
	found, present := r.view.Exists("namespaces", object, "")
	switch {
	case found != nil && isTerminating(found):
		r.spaces[target] = "the target's namespace is being deleted, and Velero waits for it in vain"
		return it.emit(report.Exists, r.spaces[target])
	case present != "":
		return it.emit(report.Exists, present)
	}
	if err := r.view.Created("namespaces", object); err != nil {
		return err
	}
	return it.emit(report.Create, "")
}

// namespaceObject is the Namespace that Velero creates: from the backup's with its labels, annotations and spec, or a
// bare one if the backup has none or it cannot be read. Source: v1.18.2 pkg/restore/restore.go:810-852 (getNamespace).
func (r *run) namespaceObject(original, target string) (*object.Value, error) {
	bare := object.New()
	bare.Set("apiVersion", object.Text("v1"))
	bare.Set("kind", object.Text("Namespace"))
	metadata := object.New()
	bare.Set("metadata", metadata)
	metadata.Set("name", object.Text(target))
	id, ok := r.index.Find(layout.Address{Resource: "namespaces", Name: original}.Key())
	if !ok {
		return bare, nil
	}
	body, ok, err := r.index.Body(id)
	if err != nil || !ok {
		return bare, err
	}
	r.index.Mark(id)
	backed, err := object.Parse(body)
	if err != nil || !readableNamespace(backed) {
		return bare, nil //nolint:nilerr // Velero goes on with a bare Namespace, too
	}
	for _, name := range []string{"apiVersion", "kind", "spec"} {
		if v := backed.Get(name); v != nil {
			bare.Set(name, v)
		}
	}
	for _, name := range []string{"labels", "annotations"} {
		if v := backed.Get("metadata", name); v != nil {
			metadata.Set(name, v)
		}
	}
	return bare, nil
}

// readableNamespace says whether Velero's typed Namespace can be read from it.
func readableNamespace(ns *object.Value) bool {
	for _, name := range []string{"labels", "annotations"} {
		if m := ns.Get("metadata", name); !m.IsNull() && !m.IsStringMap() {
			return false
		}
	}
	return ns.Get("metadata").Kind() == object.Object
}

func isTerminating(ns *object.Value) bool {
	return ns.Has("metadata", "deletionTimestamp") || ns.Get("status", "phase").Is("Terminating")
}
