package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const (
	bindCompleted     = "pv.kubernetes.io/bind-completed"
	boundByController = "pv.kubernetes.io/bound-by-controller"
	provisionedBy     = "pv.kubernetes.io/provisioned-by"
	originalNameOfPV  = "velero.io/original-pv-name"
)

// bindVolume frees a PersistentVolume of its binding, or points it to a volume that Velero makes from its snapshot.
func bindVolume(env *Env, _ Around, it *Item) (Verdict, error) {
	var err error
	if it.Volume.How == FromSnapshot {
		err = env.bindSnapshot(it)
	} else {
		env.resetBinding(it.Object)
	}
	if endsRun(err) {
		return Verdict{}, err
	}
	if err != nil {
		return Fail(actions.FailureID(err, "wrong-type"), "", err)
	}
	if it.Volume.Made && len(env.VolumeIDs) == 0 {
		env.noteVolumeID(it)
	}
	return goOn()
}

// resetBinding makes a PV or PVC look as if it had never been bound. Annotations of which one is no string all go, as
// Velero cannot read them. Source: v1.18.2 pkg/restore/restore.go:2078-2100, v1.6.3 pkg/restore/restore.go:1528-1554.
func (env *Env) resetBinding(o *object.Value) {
	o.Remove("spec", "claimRef", "uid")
	o.Remove("spec", "claimRef", "resourceVersion")
	if o.Has("metadata", "annotations") && o.Annotations() == nil {
		o.Remove("metadata", "annotations")
		return
	}
	o.RemoveAnnotations(bindCompleted, boundByController)
	if !env.Profile.Does(actions.KeepsProvisionedBy) {
		o.RemoveAnnotations(provisionedBy)
	}
}

// bindSnapshot prepares a PV whose volume Velero makes from a native snapshot: not for a PV that the target has.
// Source: v1.18.2 pkg/restore/restore.go:2520-2595 (handlePVHasNativeSnapshot).
func (env *Env) bindSnapshot(it *Item) error {
	pv, exists := env.Target.Get(layout.PersistentVolumes, "", it.Key.Name)
	moves := exists && env.claimMoves(it)
	if exists && !moves {
		return env.waitFor(it, pv)
	}
	env.resetBinding(it.Object)
	if err := env.useSnapshot(it); err != nil || !moves {
		return err
	}
	return rename(it)
}

// waitFor is an error where Velero waits in vain for the target's PV of the same name: it is on its way out, or it is
// claimed by a claim that is gone or going. Source: v1.18.2 pkg/restore/restore.go:864-957 (shouldRestore).
func (env *Env) waitFor(it *Item, pv *object.Value) error {
	if err := pv.Fits(typed.PersistentVolume()); err != nil {
		return fmt.Errorf("the target's PersistentVolume of this name cannot be read: %w", err)
	}
	if pv.Get("status", "phase").Is("Released") || pv.Has("metadata", "deletionTimestamp") {
		return errors.New("the target has a PersistentVolume of this name that is released or being deleted, and Velero's wait for its deletion times out")
	}
	claim := pv.Get("spec", "claimRef")
	if claim.IsNull() {
		return nil
	}
	namespace, name := claim.Get("namespace").Str(), claim.Get("name").Str()
	pvc, ok := env.Target.Get(layout.PersistentVolumeClaims, namespace, name)
	if !ok && !env.Target.Complete(layout.PersistentVolumeClaims) {
		it.Report.Warn("volume-claim-unknown", "spec.claimRef", fmt.Sprintf(
			"the target has a PersistentVolume of this name for claim %s/%s; if that claim is gone, Velero's wait for its deletion times out and the item fails", namespace, name))
		return nil
	}
	space, known := env.Target.Get(layout.Namespaces, "", namespace)
	if !ok || pvc.Has("metadata", "deletionTimestamp") || known && IsTerminating(space) || !known && env.Target.Complete(layout.Namespaces) {
		return fmt.Errorf("the target has a PersistentVolume of this name for claim %s/%s, which is gone or being deleted, and Velero's wait for the deletion of the volume times out",
			namespace, name)
	}
	return nil
}

// IsTerminating says that a Namespace is being deleted.
func IsTerminating(ns *object.Value) bool {
	return ns.Has("metadata", "deletionTimestamp") || ns.Get("status", "phase").Is("Terminating")
}

// claimMoves says whether the namespace of a PV's claim is mapped: then the PV gets a name of its own beside the
// target's. mapClaim has seen that it can be read; where nothing is mapped Velero does not read it.
// Source: v1.18.2 pkg/restore/restore.go:1825-1856.
func (env *Env) claimMoves(it *Item) bool {
	claim := it.FromBackup.Get("spec", "claimRef")
	_, mapped := env.Restore.Spec.NamespaceMapping[claim.Get("namespace").Str()]
	return mapped && !claim.IsNull()
}

// rename gives a PV the name of its own that it needs beside the target's. resetBinding has left annotations that can
// be read.
func rename(it *Item) error {
	it.Volume.Renamed = cloneName(it.Key.Name)
	if err := it.Object.Put(object.Text(it.Volume.Renamed), "metadata", "name"); err != nil {
		return err
	}
	return it.Object.Put(object.Text(it.Key.Name), "metadata", "annotations", originalNameOfPV)
}

// cloneName is the name of a renamed PV. Differs from Velero: it takes a random UUID; here it is made from the old
// name, so that a preview repeats.
func cloneName(old string) string {
	sum := sha256.Sum256([]byte("persistentvolumes/" + old))
	h := hex.EncodeToString(sum[:16])
	return "velero-clone-" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// bindClaim frees a claim of its binding, and of its volume if that is provisioned anew or has another name now.
// Source: v1.18.2 pkg/restore/restore.go:1434-1460.
func bindClaim(env *Env, around Around, it *Item) (Verdict, error) {
	if err := it.Object.Fits(typed.PersistentVolumeClaim()); err != nil {
		return Fail("wrong-type", "", err)
	}
	name := it.Object.Get("spec", "volumeName").Str()
	if name == "" {
		return goOn()
	}
	env.resetBinding(it.Object)
	pv := around.Volume(name)
	if pv.How == Provisioned {
		it.Object.Remove("spec", "volumeName")
	}
	if pv.Renamed == "" {
		return goOn()
	}
	if err := it.Object.Put(object.Text(pv.Renamed), "spec", "volumeName"); err != nil {
		return Fail("wrong-type", "", err)
	}
	return goOn()
}
