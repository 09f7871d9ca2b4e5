package volumes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// nativeData is what the backup says of a native snapshot.
func (p *Plan) nativeData(s *velero.VolumeSnapshot) *report.VolumeData {
	return &report.VolumeData{
		Snapshot: s.Status.ProviderSnapshotID, Type: s.Spec.VolumeType, Zone: s.Spec.VolumeAZ, IOPS: s.Spec.VolumeIOPS,
		Location: s.Spec.Location, Provider: p.env.LocationOf(s).Get("spec", "provider").Str(), Phase: s.Status.Phase,
	}
}

// csiData is what the backup says of a CSI snapshot; object is the VolumeSnapshot.
func csiData(info velero.VolumeInfo, object string) *report.VolumeData {
	data := &report.VolumeData{Object: object}
	if csi := info.CSISnapshotInfo; csi != nil {
		data.Snapshot, data.Driver, data.Bytes = csi.SnapshotHandle, csi.Driver, csi.Size
	}
	if moved := info.DataMovementInfo; moved != nil && info.SnapshotDataMoved {
		return movedData(info)
	}
	return data
}

func movedData(info velero.VolumeInfo) *report.VolumeData {
	moved := info.DataMovementInfo
	if moved == nil {
		return nil
	}
	return &report.VolumeData{Snapshot: moved.SnapshotHandle, Uploader: moved.UploaderType, Bytes: moved.Size, Phase: moved.Phase}
}

// whyNoCSI says why a claim does not get what the backup has in a CSI snapshot.
func (p *Plan) whyNoCSI(info velero.VolumeInfo) string {
	what := "CSI snapshot"
	if info.SnapshotDataMoved {
		what = "moved data"
	}
	switch {
	case !p.env.Has(actions.FeatureCSI):
		return fmt.Sprintf("Velero's feature %s is off, so the %s is not used: the new volume is empty", actions.FeatureCSI, what)
	case p.env.RestorePVsIsFalse():
		return fmt.Sprintf("the Restore has restorePVs false, so the %s is not used: the new volume is empty", what)
	}
	return fmt.Sprintf("nothing on the claim in the backup leads to its %s: the new volume is empty", what)
}

// noCopy says why the backup has no copy of a volume's data.
func (p *Plan) noCopy(info velero.VolumeInfo) string {
	switch {
	case info.Skipped:
		return "the backup left its data out (" + cmp.Or(strings.TrimRight(info.SkippedReason, "; "), "no reason given") + ")"
	case !p.env.Volumes.Recorded:
		return "nothing beside the tarball tells of a snapshot of its data (give the backup's folder to know)"
	}
	return "the backup has no snapshot of its data"
}

// byPods tells of the pods through which the files of a claim come back.
func (p *Plan) byPods(l *report.Volume, backups []velero.PodVolumeBackup) {
	if len(backups) == 0 {
		l.Missing = append(l.Missing, "the backup's volume information tells of a backup of its files that the list of pod volume backups does not have")
		return
	}
	slices.SortFunc(backups, func(a, b velero.PodVolumeBackup) int {
		return cmp.Or(cmp.Compare(a.Spec.Pod.Name, b.Spec.Pod.Name), cmp.Compare(a.Spec.Volume, b.Spec.Volume))
	})
	filled := false
	var why []string
	for _, b := range backups {
		pod, missing := p.podVolume(b)
		l.Pods = append(l.Pods, pod)
		if missing == "" {
			filled = true
			continue
		}
		why = append(why, missing)
	}
	if !filled {
		l.Missing = append(l.Missing, why...)
	}
}

// podVolume says whether a backup of a pod's volume is restored, and if not, why.
// Source: v1.18.2 pkg/restore/restore.go:1728-1745, v1.6.3 pkg/restore/restore.go:1305-1317.
func (p *Plan) podVolume(b velero.PodVolumeBackup) (_ report.VolumePod, missing string) {
	pod := report.VolumePod{
		Namespace: p.env.TargetNamespace(b.Spec.Pod.Namespace), Name: b.Spec.Pod.Name, Volume: b.Spec.Volume, Snapshot: b.Status.SnapshotID,
	}
	name := pod.Namespace + "/" + pod.Name
	planned := p.pods[layout.NamespacedName{Namespace: b.Spec.Pod.Namespace, Name: b.Spec.Pod.Name}]
	pod.Waits = planned != nil && planned.waits[b.Spec.Volume]
	switch {
	case b.Status.SnapshotID == "":
		return pod, fmt.Sprintf("the backup of volume %s of pod %s has no snapshot (phase %s)", b.Spec.Volume, name, pipeline.OrUnknown(b.Status.Phase))
	case planned == nil:
		return pod, fmt.Sprintf("pod %s is not part of this restore, and only through it do the files of volume %s come back", name, b.Spec.Volume)
	case planned.outcome != report.Create:
		return pod, fmt.Sprintf("pod %s is not created, and only through it do the files of volume %s come back: %s", name, b.Spec.Volume, planned.reason)
	case !p.fills():
		return pod, fmt.Sprintf("a restore without %s and %s fills no volumes of pods, and pod %s waits for volume %s for good", layout.PersistentVolumes, layout.PersistentVolumeClaims, name, b.Spec.Volume)
	case !pod.Waits:
		return pod, fmt.Sprintf("Velero restores no files into volume %s of pod %s: its kind is made by the cluster, or the pod does not have it", b.Spec.Volume, name)
	}
	return pod, ""
}

// podLines are the volumes without a claim of a pod of the restore: those that the backup has, and those that the pod
// asked for in vain.
func (p *Plan) podLines(pod *plannedPod) []report.Volume {
	var lines []report.Volume
	key := layout.NamespacedName{Namespace: pod.original, Name: pod.name}
	have := map[string]bool{}
	for _, b := range p.env.Volumes.PodVolumes[key] {
		have[b.Spec.Volume] = true
		if p.claimOf(key, b) != "" {
			continue
		}
		l := report.Volume{Method: report.PodVolumeBackup, Namespace: pod.namespace}
		p.byPods(&l, []velero.PodVolumeBackup{b})
		lines = append(lines, l)
	}
	for _, name := range pod.asked {
		if have[name] || pod.claims[name] != "" {
			continue
		}
		lines = append(lines, report.Volume{
			Method: report.Provisioned, Namespace: pod.namespace,
			Pods:    []report.VolumePod{{Namespace: pod.namespace, Name: pod.name, Volume: name}},
			Missing: []string{fmt.Sprintf("pod %s/%s asks for backups of volume %s, and the backup has none", pod.namespace, pod.name, name)},
		})
	}
	return lines
}
