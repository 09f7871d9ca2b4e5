package pipeline

import (
	"errors"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// Why a PersistentVolume is provisioned anew.
const (
	ReasonPodVolume    = "its data is in a pod volume backup: a new volume is provisioned"
	ReasonCSI          = "its data is in a CSI snapshot: a new volume is provisioned"
	reasonDeletePolicy = "its data is in no snapshot and its reclaim policy is Delete: a new, empty volume is provisioned"
	reasonDeleteBare   = "its reclaim policy is Delete, and how its data was saved is unknown from the tarball alone: a new volume is provisioned"
)

// Method is how a PersistentVolume comes back.
type Method uint8

// The methods.
const (
	AsItIs       Method = iota // it points to the old volume
	FromSnapshot               // to one that Velero's plugin makes from a native snapshot
	Provisioned                // it is not restored, and its claim gets a new volume
)

// Volume is what was decided on a PersistentVolume, and what became of it.
type Volume struct {
	How     Method
	Why     string        // it is provisioned anew
	Made    bool          // a volume from its snapshot
	Renamed string        // its new name, "" if it keeps its own
	Calls   []volume.Call // of Velero to its plugin
	Pair    string        // the user's pair for its volume: the old id
	NewID   string        // and the new one

	plugin volume.IDs // that Velero asks of its snapshot, where it runs here
}

// Volumes is what stands beside a backup's tarball about its volumes.
type Volumes struct {
	Infos      map[string]velero.VolumeInfo // by PersistentVolume
	Native     []velero.VolumeSnapshot
	PodVolumes map[layout.NamespacedName][]velero.PodVolumeBackup // by pod
	Recorded   bool                                               // what stands beside the tarball is at hand

	listed    []velero.CSIVolumeSnapshot        // CSI snapshots in the order of the backup
	snapshots map[string]*velero.VolumeSnapshot // native ones, by PersistentVolume
	podBackup map[layout.NamespacedName]bool    // claims with a pod volume backup; true if it is complete
	csi       map[layout.NamespacedName]bool    // claims that have a CSI snapshot
	files     map[podVolume]string              // volumes of pods whose files are backed up -> claim, by the volume information
}

// podVolume is a volume of a pod, by its name there.
type podVolume struct {
	pod    layout.NamespacedName
	volume string
}

// NewVolumes indexes what stands beside the tarball.
func NewVolumes(side *tarball.Side) *Volumes {
	v := &Volumes{
		Infos: map[string]velero.VolumeInfo{}, Native: side.VolumeSnapshots, listed: side.CSISnapshots, snapshots: firstByVolume(side.VolumeSnapshots),
		podBackup: map[layout.NamespacedName]bool{}, csi: map[layout.NamespacedName]bool{}, PodVolumes: map[layout.NamespacedName][]velero.PodVolumeBackup{},
		files: map[podVolume]string{}, Recorded: side.Backup != nil || len(side.Files) > 0,
	}
	for _, info := range side.VolumeInfos {
		v.Infos[info.PVName] = info
		if pvb := info.PVBInfo; pvb != nil {
			v.files[podVolume{layout.NamespacedName{Namespace: pvb.PodNamespace, Name: pvb.PodName}, pvb.VolumeName}] = info.PVCName
		}
	}
	for _, pvb := range side.PodVolumeBackups {
		pod := layout.NamespacedName{Namespace: pvb.Spec.Pod.Namespace, Name: pvb.Spec.Pod.Name}
		v.PodVolumes[pod] = append(v.PodVolumes[pod], pvb)
		claim := layout.NamespacedName{Namespace: pvb.Spec.Pod.Namespace, Name: pvb.Annotations[velero.PVCNameAnnotation]}
		v.podBackup[claim] = v.podBackup[claim] || pvb.Status.Phase == "Completed" && pvb.Status.SnapshotID != ""
	}
	for _, vs := range side.CSISnapshots {
		if claim := vs.Spec.Source.PersistentVolumeClaimName; claim != nil {
			v.csi[layout.NamespacedName{Namespace: vs.Namespace, Name: *claim}] = true
		}
	}
	return v
}

// firstByVolume indexes snapshots by PersistentVolume; of several, Velero takes the first.
func firstByVolume(list []velero.VolumeSnapshot) map[string]*velero.VolumeSnapshot {
	first := map[string]*velero.VolumeSnapshot{}
	for i := range list {
		if name := list[i].Spec.PersistentVolumeName; first[name] == nil {
			first[name] = &list[i]
		}
	}
	return first
}

// Snapshot is a PersistentVolume's native snapshot, nil if it has none.
func (v *Volumes) Snapshot(pv string) *velero.VolumeSnapshot { return v.snapshots[pv] }

// ClaimOfFiles is the claim of a pod's volume whose files are backed up, as the volume information has it; "" for none.
func (v *Volumes) ClaimOfFiles(pod layout.NamespacedName, volume string) string {
	return v.files[podVolume{pod, volume}]
}

// HasCSI says whether the backup was made with CSI snapshots, moved or not.
func (v *Volumes) HasCSI() bool {
	for _, info := range v.Infos {
		if info.BackupMethod == velero.MethodCSISnapshot {
			return true
		}
	}
	return len(v.csi) > 0
}

// decideVolume decides how a PersistentVolume comes back; one that is provisioned anew is not restored.
func decideVolume(env *Env, around Around, it *Item) (Verdict, error) {
	it.Volume = around.Volume(it.Key.Name)
	if err := env.findSnapshotter(it); err != nil {
		return Verdict{}, err
	}
	if err := env.panicsOver(it.Object); err != nil {
		return Fail("velero-panics", "", err)
	}
	it.Volume.How, it.Volume.Why = env.decide(it.Object)
	if it.Volume.How == Provisioned && it.Volume.Why == ReasonCSI && env.Profile.Does(actions.AsksForCSIModules) && !env.Has(actions.FeatureCSI) {
		return Fail("csi-not-enabled", "", errors.New("the volume has a CSI snapshot, and this Velero restores those with EnableCSI and velero-plugin-for-csi only: give --features EnableCSI if the server has both"))
	}
	if it.Volume.How == Provisioned {
		return End(report.Skip, it.Volume.Why)
	}
	return goOn()
}

// decide says how the PV comes back, and why where it is provisioned anew.
// Source: v1.18.2 pkg/restore/restore.go:1212-1311, v1.6.3 pkg/restore/restore.go:1009-1119.
func (env *Env) decide(pv *object.Value) (Method, string) {
	if info, ok := env.Volumes.Infos[pv.Name()]; ok && env.Profile.Does(actions.ReadsVolumeInfo) {
		switch info.BackupMethod {
		case velero.MethodNativeSnapshot:
			return FromSnapshot, ""
		case velero.MethodPodVolumeBackup:
			return Provisioned, ReasonPodVolume
		case velero.MethodCSISnapshot:
			return Provisioned, ReasonCSI
		}
		return env.byReclaimPolicy(pv)
	}
	if env.Volumes.Snapshot(pv.Name()) != nil {
		return FromSnapshot, ""
	}
	if why := env.keptByClaim(pv); why != "" && pv.Fits(typed.PersistentVolume()) == nil { // else Velero sees no claim
		return Provisioned, why
	}
	return env.byReclaimPolicy(pv)
}

// keptByClaim is the reason to provision a PV anew that lies with its claim, "" if there is none.
func (env *Env) keptByClaim(pv *object.Value) string {
	ref := pv.Get("spec", "claimRef")
	claim := layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()}
	complete, podBackup := env.Volumes.podBackup[claim]
	switch {
	case ref.IsNull():
		return ""
	case podBackup && (complete || !env.Profile.Does(actions.CountsCompletedPodVolumes)):
		return ReasonPodVolume
	case env.Profile.Does(actions.ReprovisionsSnapshotVolumes) && (env.Volumes.csi[claim] || env.hasDataUpload(claim)):
		return ReasonCSI
	}
	return ""
}

func (env *Env) byReclaimPolicy(pv *object.Value) (Method, string) {
	switch {
	case !pv.Get("spec", "persistentVolumeReclaimPolicy").Is("Delete"):
		return AsItIs, ""
	case !env.Volumes.Recorded:
		return Provisioned, reasonDeleteBare
	}
	return Provisioned, reasonDeletePolicy
}

// hasDataUpload looks for the ConfigMap that velero.io/dataupload leaves for a claim.
// Source: v1.18.2 pkg/restore/restore.go:2012-2043.
func (env *Env) hasDataUpload(claim layout.NamespacedName) bool {
	found := 0
	for _, cm := range env.Target.List(layout.ConfigMaps, "") {
		labels := cm.Labels()
		if labels["velero.io/restore-uid"] == velero.LabelValue(string(env.Restore.UID)) &&
			labels["velero.io/pvc-namespace-name"] == velero.LabelValue(claim.Namespace+"."+claim.Name) &&
			labels["velero.io/resource-usage"] == "DataUpload" {
			found++
		}
	}
	return found == 1
}

// mapClaim maps the namespace of the claim that a PV is for. Velero 1.6 does so only where it makes the volume from a
// snapshot. One that is provisioned anew stays as it is if it does not fit its type: a restore reads no further in it.
// Source: v1.18.2 pkg/restore/restore.go:1862-1893.
func mapClaim(env *Env, _ Around, it *Item) (Verdict, error) {
	if !env.Profile.Does(actions.MapsClaimsOfRetainedVolumes) && it.Volume.How == AsItIs {
		return goOn()
	}
	if err := env.mapClaimOf(it.Object); err != nil && it.Volume.How != Provisioned {
		return Fail("wrong-type", "", err)
	}
	return goOn()
}

func (env *Env) mapClaimOf(pv *object.Value) error {
	if len(env.Restore.Spec.NamespaceMapping) == 0 {
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
	if target, mapped := env.Restore.Spec.NamespaceMapping[namespace]; mapped {
		claim.Set("namespace", object.Text(target))
	}
	return nil
}
