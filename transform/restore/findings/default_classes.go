package findings

import (
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// ofTwo is what comes of two default classes.
// Source: Kubernetes v1.33.13 pkg/volume/util/storageclass.go:40-71, plugin/pkg/admission/network/defaultingressclass/admission.go:129-156;
// external-snapshotter v8 pkg/common-controller/snapshot_controller.go (SetDefaultSnapshotClass).
var ofTwo = map[string]string{
	layout.StorageClasses:     "claims without a class get the newer one, which is the restored one",
	needs.IngressClasses:      "Ingresses without a class get the newer one, which is the restored one",
	layout.CSISnapshotClasses: "snapshots without a class fail",
}

// defaultClasses finds classes that the restore brings as the default one of a target that has a default one.
type defaultClasses struct{ world *World }

func newDefaultClasses(w *World) Watcher { return defaultClasses{w} }

// Conclude implements Watcher.
func (defaultClasses) Conclude(*report.Summary) {}

// See implements Watcher.
func (w defaultClasses) See(it *pipeline.Item) {
	if !needs.IsDefaultClass(it.Key.Resource, it.Object) {
		return
	}
	for _, other := range w.world.Env.Target.List(it.Key.Resource, "") {
		restored := w.world.Backup.Restored(layout.Address{Resource: it.Key.Resource, Name: other.Name()}.Key())
		if restored || other.Name() == it.Object.Name() || !needs.IsDefaultClass(it.Key.Resource, other) || !other.Get("driver").IsText(it.Object.Get("driver").Str()) {
			continue
		}
		it.Report.Warn("default-class-twice", "metadata.annotations", fmt.Sprintf("the target's default class is %s, and the restore brings another one: %s", other.Name(), ofTwo[it.Key.Resource]))
		return
	}
}
