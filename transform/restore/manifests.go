package restore

import (
	"context"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// Manifests writes what a restore would create as manifests for kubectl or Git: without status, metadata that a server
// sets and the init container of Velero's pod volume restore, and without Velero's labels unless keepLabels. The sink is
// told of each item, in restore order.
func Manifests(ctx context.Context, src *tarball.Source, o *Options, dir *sink.Directory, keepLabels bool, items report.Sink) (*report.Summary, error) {
	objects := *o
	objects.Unread = report.Changes | report.Values | report.Objects
	return preview(ctx, src, &objects, items, func(it *pipeline.Item) error {
		strip(it.Object, it.Key.Resource, keepLabels)
		return dir.Add(sink.Manifest{Address: layout.Address{Resource: it.Key.Resource, Namespace: it.Namespace, Name: it.Report.Name}, Object: it.Object})
	})
}

// strip takes away what only Velero or the API server put there.
func strip(o *object.Value, resource string, keepLabels bool) {
	o.Remove("metadata", "managedFields")
	o.Remove("metadata", "creationTimestamp")
	o.Remove("status")
	if !keepLabels {
		o.Remove("metadata", "labels", pipeline.BackupNameLabel)
		o.Remove("metadata", "labels", pipeline.RestoreNameLabel)
	}
	switch resource {
	case "namespaces":
		o.Remove("metadata", "labels", "kubernetes.io/metadata.name")
	case "pods":
		spec := o.Get("spec")
		gone := spec.Get("initContainers").Filter(func(c *object.Value) bool {
			return !c.Get("name").Is("restore-wait") && !c.Get("name").Is("restic-wait")
		})
		if gone > 0 && spec.Get("initContainers").Len() == 0 {
			spec.Remove("initContainers")
		}
	}
	if o.Get("metadata", "labels").Kind() == object.Object && o.Get("metadata", "labels").Len() == 0 {
		o.Remove("metadata", "labels")
	}
}
