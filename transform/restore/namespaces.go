package restore

import (
	"errors"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// ensureNamespace makes sure of the target of a namespace of the backup, once. A Namespace goes through no action and
// no resource modifier and gets no restore labels.
// Source: v1.18.2 pkg/restore/restore.go:712-752, pkg/util/kube/utils.go (EnsureNamespaceExistsAndIsReady).
func (w *walk) ensureNamespace(original string) error {
	target := w.env.TargetNamespace(original)
	if _, known := w.spaces[target]; known {
		return nil
	}
	w.spaces[target] = pipeline.Barrier{}
	key := layout.Address{Resource: layout.Namespaces, Name: original}.Key()
	w.listener.takenUp(key, bySelection, func() string {
		return "Velero creates a namespace before the first item that it restores into it"
	})
	object, err := w.namespaceObject(key, target)
	if err != nil {
		return err
	}
	it := pipeline.New(w.env, key, object)
	it.Report.Version, it.Report.Name = "v1", target
	found, present := w.target.view.Exists(layout.Namespaces, object, "")
	why := validation.IsDNS1123Label(target)
	switch {
	case found == nil && present == "" && w.env.APIServer != nil:
		answer := w.env.APIServer.Create(layout.Namespaces, object, false)
		if answer.Broken != nil {
			return answer.Broken
		}
		if answer.Refused() {
			w.spaces[target] = pipeline.Barrier{ID: "namespace-refused", Why: "the API server refuses it: " + answer.Message}
			it.Report.Code = answer.Code
			return w.exit.leave(it, answer.Refuse())
		}
	case found == nil && present == "" && len(why) > 0:
		w.spaces[target] = pipeline.Barrier{ID: "namespace-refused", Why: "the API server refuses it: metadata.name: " + why[0]}
		return w.exit.leave(it, pipeline.Failed("namespace-refused", "metadata.name", errors.New(w.spaces[target].Why)))
	case found != nil && pipeline.IsTerminating(found):
		w.spaces[target] = pipeline.Barrier{ID: "namespace-terminating", Why: "the target's namespace is being deleted, and Velero's wait for it times out"}
		return w.exit.leave(it, pipeline.Ended(report.Exists, w.spaces[target].Why))
	case present != "":
		if found != nil {
			tellNamespaceDiffers(it, found)
		}
		return w.exit.leave(it, pipeline.Ended(report.Exists, present))
	}
	if err := w.made(layout.Namespaces, object); err != nil {
		return err
	}
	return w.exit.leave(it, pipeline.Ended(report.Create, ""))
}

// namespaceObject is the Namespace that Velero creates: from the backup's with its labels, annotations and spec, or a
// bare one if the backup has none or it cannot be read. Source: v1.18.2 pkg/restore/restore.go:810-852 (getNamespace).
func (w *walk) namespaceObject(key layout.ItemKey, target string) (*object.Value, error) {
	bare := object.New()
	bare.Set("apiVersion", object.Text("v1"))
	bare.Set("kind", object.Text("Namespace"))
	metadata := object.New()
	bare.Set("metadata", metadata)
	metadata.Set("name", object.Text(target))
	id, ok := w.from.index.Find(key)
	if !ok {
		return bare, nil
	}
	body, ok, err := w.from.index.Body(id)
	if err != nil || !ok {
		return bare, err
	}
	w.from.index.Mark(id)
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
