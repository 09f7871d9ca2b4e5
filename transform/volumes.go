package transform

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

const (
	persistentVolumes      = "persistentvolumes"
	persistentVolumeClaims = "persistentvolumeclaims"

	bindCompleted      = "pv.kubernetes.io/bind-completed"
	boundByController  = "pv.kubernetes.io/bound-by-controller"
	provisionedBy      = "pv.kubernetes.io/provisioned-by"
	originalNameOfPV   = "velero.io/original-pv-name"
	deleteReclaimed    = "Delete"
	dataUploadResult   = "velero.io/resource-usage"
	reasonPodVolume    = "its data are in a pod volume backup: the volume is provisioned anew"
	reasonCSI          = "its data are in a CSI snapshot: the volume is provisioned anew"
	reasonDeletePolicy = "its data are in no snapshot and its reclaim policy is Delete: the volume is provisioned anew, empty"
)

// volumes decides what becomes of PersistentVolumes, and remembers it for their claims.
type volumes struct {
	*run
	infos     map[string]velero.VolumeInfo      // by PV name
	snapshots map[string]*velero.VolumeSnapshot // native ones, by PV name
	podBackup map[[2]string]bool                // claims whose data are in a pod volume backup: namespace, name
	csi       map[[2]string]bool                // claims that have a CSI snapshot
	provision map[string]bool                   // PVs that are to be provisioned anew
	renamed   map[string]string
	provider  *volume.Offline
	ids       *volumeIDs

	plan       *volumePlan
	podVolumes map[[2]string][]velero.PodVolumeBackup // by pod: namespace, name
	recorded   bool                                   // what stands beside the tarball is at hand
}

func newVolumes(r *run, side *tarball.Side) *volumes {
	v := &volumes{
		run: r, infos: map[string]velero.VolumeInfo{}, snapshots: firstByVolume(side.VolumeSnapshots),
		podBackup: map[[2]string]bool{}, csi: map[[2]string]bool{}, provision: map[string]bool{}, renamed: map[string]string{},
		provider: volume.NewOffline(side.VolumeSnapshots), ids: newVolumeIDs(r.o.VolumeIDs),
		plan: newVolumePlan(), podVolumes: map[[2]string][]velero.PodVolumeBackup{}, recorded: side.Backup != nil || len(side.Files) > 0,
	}
	for _, info := range side.VolumeInfos {
		v.infos[info.PVName] = info
	}
	for _, pvb := range side.PodVolumeBackups {
		pod := [2]string{pvb.Spec.Pod.Namespace, pvb.Spec.Pod.Name}
		v.podVolumes[pod] = append(v.podVolumes[pod], pvb)
		v.podBackup[[2]string{pvb.Spec.Pod.Namespace, pvb.Annotations[velero.PVCNameAnnotation]}] = true
	}
	for _, vs := range side.CSISnapshots {
		if claim := vs.Spec.Source.PersistentVolumeClaimName; claim != nil {
			v.csi[[2]string{vs.Namespace, *claim}] = true
		}
	}
	return v
}

// method is how a PersistentVolume comes back.
type method uint8

const (
	asItIs method = iota
	fromSnapshot
	provisioned
)

// decide says how the PV comes back, and why where it is provisioned anew.
// Source: v1.18.2 pkg/restore/restore.go:1212-1311, v1.6.3 pkg/restore/restore.go:1009-1119.
func (v *volumes) decide(pv *object.Value) (method, string) {
	if info, ok := v.infos[pv.Name()]; ok && v.o.Profile != actions.V1_6 {
		switch info.BackupMethod {
		case velero.MethodNativeSnapshot:
			return fromSnapshot, ""
		case velero.MethodPodVolumeBackup:
			return provisioned, reasonPodVolume
		case velero.MethodCSISnapshot:
			return provisioned, reasonCSI
		}
		return v.byReclaimPolicy(pv)
	}
	if v.snapshot(pv.Name()) != nil {
		return fromSnapshot, ""
	}
	if why := v.keptByClaim(pv); why != "" && pv.Fits(typed.PersistentVolume()) == nil { // else Velero sees no claim
		return provisioned, why
	}
	return v.byReclaimPolicy(pv)
}

// keptByClaim is the reason to provision a PV anew that lies with its claim, if there is one.
func (v *volumes) keptByClaim(pv *object.Value) string {
	ref := pv.Get("spec", "claimRef")
	claim := [2]string{ref.Get("namespace").Str(), ref.Get("name").Str()}
	switch {
	case ref.IsNull():
		return ""
	case v.podBackup[claim]:
		return reasonPodVolume
	case v.o.Profile != actions.V1_6 && (v.csi[claim] || v.hasDataUpload(claim)):
		return reasonCSI
	}
	return ""
}

func (v *volumes) byReclaimPolicy(pv *object.Value) (method, string) {
	if pv.Get("spec", "persistentVolumeReclaimPolicy").Is(deleteReclaimed) {
		return provisioned, reasonDeletePolicy
	}
	return asItIs, ""
}

// hasDataUpload looks for the ConfigMap that velero.io/dataupload leaves for a claim.
// Source: v1.18.2 pkg/restore/restore.go:2012-2043.
func (v *volumes) hasDataUpload(claim [2]string) bool {
	found := 0
	for _, cm := range v.view.List("configmaps", "") {
		labels := cm.Labels()
		if labels["velero.io/restore-uid"] == velero.LabelValue(string(v.o.Restore.UID)) &&
			labels["velero.io/pvc-namespace-name"] == velero.LabelValue(claim[0]+"."+claim[1]) && labels[dataUploadResult] == "DataUpload" {
			found++
		}
	}
	return found == 1
}

// restorePV makes the decision on one PersistentVolume; done says that the PV itself is not restored.
func (v *volumes) restorePV(it *item) (done bool, err error) {
	how, why := v.decide(it.object)
	planned := v.plan.pv(it.key.Name)
	planned.how, planned.why = how, why
	if how == provisioned {
		v.provision[it.key.Name] = true
		v.ids.leave(it.object, why)
		return true, it.emit(report.Skip, why)
	}
	if how == fromSnapshot || v.o.Profile != actions.V1_6 {
		if err := it.step(byNamespaceMapping, func() error { return v.mapClaim(it.object) }); err != nil {
			return true, it.fail("wrong-type", "", err)
		}
	}
	err = it.step(byVolumeBinding, func() (err error) {
		if how == fromSnapshot {
			planned.made, err = v.fromSnapshot(it)
			planned.calls = v.provider.Take()
			return err
		}
		return v.resetBinding(it.object)
	})
	if err != nil {
		return true, it.fail(actions.FailureID(err, "wrong-type"), "", err)
	}
	planned.newVolumeID, err = v.mapID(it, planned.made)
	if err != nil {
		return true, it.fail("volume-id-not-written", "", err)
	}
	if planned.made && planned.newVolumeID == "" {
		v.warnOfVolumeID(it)
	}
	return false, nil
}

// mapClaim maps the namespace of the claim that the PV is for. Source: v1.18.2 pkg/restore/restore.go:1862-1893.
func (v *volumes) mapClaim(pv *object.Value) error {
	if len(v.o.Restore.Spec.NamespaceMapping) == 0 {
		return nil
	}
	if err := pv.Fits(typed.PersistentVolume()); err != nil {
		return err
	}
	claim := pv.Get("spec", "claimRef")
	if claim.IsNull() {
		return nil
	}
	namespace, err := nestedString(pv, "spec", "claimRef", "namespace")
	if err != nil {
		return err
	}
	if target, mapped := v.o.Restore.Spec.NamespaceMapping[namespace]; mapped {
		claim.Set("namespace", object.Text(target))
	}
	return nil
}

// resetBinding makes a PV or PVC look as if nobody had bound it. Annotations of which one is no string all go, as
// Velero cannot read them. Source: v1.18.2 pkg/restore/restore.go:2078-2100, v1.6.3 pkg/restore/restore.go:1528-1554.
func (v *volumes) resetBinding(o *object.Value) error {
	o.Remove("spec", "claimRef", "uid")
	o.Remove("spec", "claimRef", "resourceVersion")
	if o.Has("metadata", "annotations") && o.Annotations() == nil {
		o.Remove("metadata", "annotations")
		return nil
	}
	o.RemoveAnnotations(bindCompleted, boundByController)
	if v.o.Profile == actions.V1_6 {
		o.RemoveAnnotations(provisionedBy)
	}
	return nil
}

// fromSnapshot prepares a PV whose volume Velero makes from a native snapshot, and says whether it makes one: not for a
// PV that the target has. Source: v1.18.2 pkg/restore/restore.go:2520-2595 (handlePVHasNativeSnapshot).
func (v *volumes) fromSnapshot(it *item) (made bool, err error) {
	rename := v.mustRename(it)
	pv, exists := v.view.Get(persistentVolumes, "", it.key.Name)
	if exists && !rename {
		return false, v.waitFor(it, pv)
	}
	if err := v.resetBinding(it.object); err != nil {
		return false, err
	}
	if made, err = v.useSnapshot(it); err != nil || !rename {
		return made, err
	}
	return made, v.rename(it)
}

// waitFor is an error where Velero waits in vain for the target's PV of the same name: it is on its way out, or it is
// claimed by a claim that is gone or going. Source: v1.18.2 pkg/restore/restore.go:864-957 (shouldRestore).
func (v *volumes) waitFor(it *item, pv *object.Value) error {
	if err := pv.Fits(typed.PersistentVolume()); err != nil {
		return fmt.Errorf("the target's PersistentVolume of this name cannot be read: %w", err)
	}
	if pv.Get("status", "phase").Is("Released") || pv.Has("metadata", "deletionTimestamp") {
		return errors.New("the target has a PersistentVolume of this name that is released or being deleted, and Velero waits in vain for it to go")
	}
	claim := pv.Get("spec", "claimRef")
	if claim.IsNull() {
		return nil
	}
	namespace, name := claim.Get("namespace").Str(), claim.Get("name").Str()
	pvc, ok := v.view.Get(persistentVolumeClaims, namespace, name)
	if !ok && !v.view.Complete(persistentVolumeClaims) {
		it.report.Warn("volume-claim-unknown", "spec.claimRef", fmt.Sprintf(
			"the target has a PersistentVolume of this name for claim %s/%s; if that claim is gone, Velero waits in vain and fails the item", namespace, name))
		return nil
	}
	space, known := v.view.Get("namespaces", "", namespace)
	if !ok || pvc.Has("metadata", "deletionTimestamp") || known && isTerminating(space) || !known && v.view.Complete("namespaces") {
		return fmt.Errorf("the target has a PersistentVolume of this name for claim %s/%s, which is gone or going, and Velero waits in vain for the volume to go",
			namespace, name)
	}
	return nil
}

// rename gives a PV the name of its own that it needs beside the target's.
func (v *volumes) rename(it *item) error {
	name := cloneName(it.key.Name)
	v.renamed[it.key.Name] = name
	if err := it.object.Put(object.Text(name), "metadata", "name"); err != nil {
		return err
	}
	if it.object.Annotations() == nil {
		it.object.Remove("metadata", "annotations")
	}
	return it.object.Put(object.Text(it.key.Name), "metadata", "annotations", originalNameOfPV)
}

// mustRename says whether the PV needs another name: its claim's namespace is mapped, and the target has a PV of its
// name. mapClaim has seen that the PV can be read; where nothing is mapped Velero does not read it.
// Source: v1.18.2 pkg/restore/restore.go:1825-1856.
func (v *volumes) mustRename(it *item) bool {
	claim := it.fromBackup.Get("spec", "claimRef")
	if _, mapped := v.o.Restore.Spec.NamespaceMapping[claim.Get("namespace").Str()]; !mapped || claim.IsNull() {
		return false
	}
	_, exists := v.view.Get(persistentVolumes, "", it.key.Name)
	return exists
}

// cloneName is the name of a renamed PV. Differs from Velero: it takes a random UUID; here it is made from the old
// name, so that a preview repeats.
func cloneName(old string) string {
	sum := sha256.Sum256([]byte("persistentvolumes/" + old))
	h := hex.EncodeToString(sum[:16])
	return "velero-clone-" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// bindPVC frees a claim of its binding, and of its volume if that is provisioned anew or has another name now.
// Source: v1.18.2 pkg/restore/restore.go:1434-1460.
func (v *volumes) bindPVC(it *item) error {
	if err := it.object.Fits(typed.PersistentVolumeClaim()); err != nil {
		return err
	}
	name := it.object.Get("spec", "volumeName").Str()
	if name == "" {
		return nil
	}
	if err := v.resetBinding(it.object); err != nil {
		return err
	}
	if v.provision[name] {
		it.object.Remove("spec", "volumeName")
	}
	if renamed, ok := v.renamed[name]; ok {
		return it.object.Put(object.Text(renamed), "spec", "volumeName")
	}
	return nil
}
