package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Methods of BackupVolumeInfo whose volumes are provisioned anew.
var patchedMethods = map[string]bool{"PodVolumeBackup": true, "CSISnapshot": true}

// volumePatches foretells the errors of the last thing that Velero does: it gives volumes that were provisioned anew the
// labels and the reclaim policy of the old ones, and looks up the storage class of each claim that waits. A class that
// the target is known to lack is two errors, one since 1.19.
// Source: v1.18.2 pkg/controller/restore_finalizer_controller.go:268-398.
type volumePatches struct {
	env    *pipeline.Env
	claims map[layout.NamespacedName]bool // in the backup
	wait   []waitingClaim
}

type waitingClaim struct{ address, namespace, class string }

func newVolumePatches(env *pipeline.Env) *volumePatches {
	p := &volumePatches{env: env, claims: map[layout.NamespacedName]bool{}}
	for _, info := range env.Volumes.Infos {
		if patches(&info) {
			p.claims[layout.NamespacedName{Namespace: info.PVCNamespace, Name: info.PVCName}] = true
		}
	}
	return p
}

func patches(info *velero.VolumeInfo) bool {
	return patchedMethods[info.BackupMethod] && info.PVInfo != nil
}

// see notes a claim that is created and asks for a class.
func (p *volumePatches) see(it *pipeline.Item) {
	if it.Key.Resource != layout.PersistentVolumeClaims || it.Report.Outcome != report.Create {
		return
	}
	spec := it.Object.Get("spec")
	class := spec.Get("storageClassName").Str()
	if class != "" && spec.Get("volumeName").Str() == "" && p.claims[layout.NamespacedName{Namespace: it.Key.Namespace, Name: it.Key.Name}] {
		p.wait = append(p.wait, waitingClaim{it.Key.String(), it.Namespace, class})
	}
}

// conclude adds the errors of classes that the target, which is known to have no others, does not have by the end.
func (p *volumePatches) conclude(e *ending, restored func(layout.ItemKey) bool) {
	for _, claim := range p.wait {
		_, given := p.env.Target.Get(layout.StorageClasses, "", claim.class)
		key := layout.Address{Resource: layout.StorageClasses, Name: claim.class}.Key()
		if given || restored(key) || !p.env.Target.Complete(layout.StorageClasses) {
			continue
		}
		times := 2
		if p.env.Profile.Does(actions.TellsMissingClassesOnce) {
			times = 1
		}
		for range times {
			e.errors.add("claim-waits-for-class", placeOf(claim.namespace), claim.address)
		}
	}
}
