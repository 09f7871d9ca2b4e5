package findings

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions/restore"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// stuck is why the containers of a pod never run, with an empty why if nothing is known to keep them. Where it is not sure,
// it depends on what only the target knows.
type stuck struct {
	why  string
	sure bool
}

// neverStarts says what keeps the containers of a pod that is created from running.
func (w *World) neverStarts(it *pipeline.Item) stuck {
	if wait := restore.WaitContainer(w.Env.Profile, it.Object); wait != nil {
		name := wait.Get("name").Str()
		if fault := waitUserFault(it.Object, wait); fault.why != "" {
			return stuck{fmt.Sprintf("the pod's init container %s cannot start: %s", name, fault.why), fault.sure}
		}
		if w.Fills != nil && !w.Fills() {
			// v1.18.2 pkg/restore/restore.go:1739-1745
			return stuck{fmt.Sprintf("the pod's init container %s waits for volumes that Velero does not fill, as the restore leaves out claims or PersistentVolumes", name), true}
		}
	}
	return w.waitsForClaim(it)
}

// waitsForClaim finds a claim that the pod mounts and that is not there.
func (w *World) waitsForClaim(it *pipeline.Item) stuck {
	for _, volume := range it.Object.Get("spec", "volumes").Elements() {
		claim := volume.Get("persistentVolumeClaim", "claimName").Str()
		if claim == "" || w.hasClaim(it, claim) {
			continue
		}
		return stuck{
			fmt.Sprintf("the pod waits for claim %s, which is neither in this restore nor among the target's objects", claim),
			w.Env.Target.Complete(layout.PersistentVolumeClaims),
		}
	}
	return stuck{}
}

// hasClaim says whether the pod's namespace has a claim by the time the pod is created: claims come before pods.
func (w *World) hasClaim(it *pipeline.Item, claim string) bool {
	address := layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: it.Namespace, Name: claim}
	return w.View.Has(address) || slices.ContainsFunc(w.originalsOf(address), func(a layout.Address) bool { return w.Backup.Landed(a.Key()) })
}
