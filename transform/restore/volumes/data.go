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

// withoutCSI says why a claim does not get what the backup has in a CSI snapshot.
func (p *Plan) withoutCSI(l *line, info velero.VolumeInfo) {
	what := "CSI snapshot"
	if info.SnapshotDataMoved {
		what = "moved data"
	}
	switch {
	case !p.env.Has(actions.FeatureCSI):
		l.ends(report.DataLost, comesBackEmpty, fmt.Sprintf("Velero's feature %s is off, so the %s is not used: the new volume is empty", actions.FeatureCSI, what))
	case p.env.RestorePVsIsFalse():
		l.ends(report.DataLost, leftOut, fmt.Sprintf("the Restore has restorePVs false, so the %s is not used: the new volume is empty (--restore-volumes uses it)", what))
	default:
		l.ends(report.DataLost, comesBackEmpty, fmt.Sprintf("the claim in the backup does not refer to its %s: the new volume is empty", what))
	}
}

// noCopy says why the backup has no copy of a volume's data.
func (p *Plan) noCopy(info velero.VolumeInfo) string {
	switch {
	case info.Skipped:
		return "its data was not backed up (" + cmp.Or(skippedReason(info.SkippedReason), "no reason given") + ")"
	case !p.env.Volumes.Recorded:
		return "how its data was saved is unknown from the tarball alone (give the backup's folder to know)"
	}
	return "the backup has no snapshot of its data"
}

// skippedReason is the reason of a skipped volume, of which Velero ends each part with a semicolon. Where a pod opted the
// volume out, that was asked for when the backup was made.
func skippedReason(text string) string {
	var parts []string
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		if strings.Contains(part, "opted out due to annotation") {
			part += ", as requested at backup time"
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// withoutCopy is for a claim whose new volume nothing fills, as far as is known.
func (p *Plan) withoutCopy(l *line, why string) {
	if !p.env.Volumes.Recorded {
		l.ends(report.DataUnknown, dataUnknown, p.noCopy(velero.VolumeInfo{}))
		return
	}
	l.ends(report.DataLost, comesBackEmpty, why)
}

// provisionedEmpty is for a claim that gets a new volume because its PersistentVolume has the reclaim policy Delete and no
// snapshot.
func (p *Plan) provisionedEmpty(l *line, info velero.VolumeInfo, backups []velero.PodVolumeBackup) {
	if p.byOldAnnotation(l) {
		return
	}
	if len(backups) > 0 { // of which the volume information does not know
		l.Method = report.PodVolumeBackup
		p.byPods(l, backups)
		return
	}
	p.withoutCopy(l, p.noCopy(info)+", and the reclaim policy is Delete: the new volume is empty")
}

// reused is for a PersistentVolume that keeps pointing to its volume.
func (p *Plan) reused(l *line, info velero.VolumeInfo) {
	switch {
	case l.pv.decided.NewID != "":
		l.ends(report.DataBack, "", "")
	case !p.env.Volumes.Recorded:
		l.ends(report.DataUnknown, dataUnknown, p.noCopy(info))
	default:
		l.ends(report.DataOld, needsOld, p.noCopy(info)+": the data comes back only if the target can attach the old volume"+orNew(l.pv))
	}
}

// byPods tells of the pods through which the files of a claim come back.
func (p *Plan) byPods(l *line, backups []velero.PodVolumeBackup) {
	if len(backups) == 0 {
		l.ends(report.DataLost, backupFailed, "the backup's volume information names a file system backup that the list of pod volume backups does not have")
		return
	}
	slices.SortFunc(backups, func(a, b velero.PodVolumeBackup) int {
		return cmp.Or(cmp.Compare(a.Spec.Pod.Name, b.Spec.Pod.Name), cmp.Compare(a.Spec.Volume, b.Spec.Volume))
	})
	var back bool
	var why []ending
	for _, b := range backups {
		pod, ends := p.podVolume(b)
		l.Pods = append(l.Pods, pod)
		l.pods = append(l.pods, podAt(layout.NamespacedName{Namespace: b.Spec.Pod.Namespace, Name: b.Spec.Pod.Name}))
		back = back || ends.fate == report.DataBack
		why = append(why, ends)
	}
	if back {
		l.ends(report.DataBack, "", "")
		return
	}
	for _, e := range why {
		if e.fate == report.DataKept && l.created() { // the claim is new
			e.fate, e.finding = report.DataLost, comesBackEmpty
		}
		l.ends(e.fate, e.finding, e.why)
	}
}

// ending is what becomes of the data of one backup.
type ending struct {
	fate         report.Fate
	finding, why string
}

// podVolume says whether a backup of a pod's volume is restored, and if not, why.
// Source: v1.18.2 pkg/restore/restore.go:1728-1745, v1.6.3 pkg/restore/restore.go:1305-1317.
func (p *Plan) podVolume(b velero.PodVolumeBackup) (report.VolumePod, ending) {
	pod := report.VolumePod{
		Namespace: p.env.TargetNamespace(b.Spec.Pod.Namespace), Name: b.Spec.Pod.Name, Volume: b.Spec.Volume, Snapshot: b.Status.SnapshotID,
	}
	name := pod.Namespace + "/" + pod.Name
	at := layout.NamespacedName{Namespace: b.Spec.Pod.Namespace, Name: b.Spec.Pod.Name}
	planned := p.pods[at]
	pod.Waits = planned != nil && planned.waits[b.Spec.Volume]
	noSnapshot := fmt.Sprintf("the backup of volume %s of pod %s has no snapshot (phase %s%s)", b.Spec.Volume, name, pipeline.OrUnknown(b.Status.Phase), after(": ", b.Status.Message))
	lost := func(finding, format string, args ...any) (report.VolumePod, ending) {
		return pod, ending{report.DataLost, finding, fmt.Sprintf(format, args...)}
	}
	switch {
	case b.Status.SnapshotID == "" && b.Status.Phase == "Completed": // of a volume without files
		return pod, ending{fate: report.DataNone, why: noSnapshot}
	case b.Status.SnapshotID == "":
		return pod, ending{report.DataLost, backupFailed, noSnapshot}
	case planned == nil:
		if !p.world.Backup.Has(podAt(at).Key()) {
			return lost(backupFailed, "pod %s is not in the backup, and the files of volume %s come back only through it", name, b.Spec.Volume)
		}
		return lost(leftOut, "pod %s is not part of this restore, and the files of volume %s come back only through it%s", name, b.Spec.Volume,
			after(": ", p.whyLeftOut(podAt(at))))
	case planned.outcome == report.Exists || planned.outcome == report.Update:
		return pod, ending{report.DataKept, targetKeeps, fmt.Sprintf("the target has pod %s, and the files of volume %s come back only through a new pod", name, b.Spec.Volume)}
	case planned.outcome != report.Create:
		return lost(comesBackEmpty, "pod %s is not created, and the files of volume %s come back only through it: %s", name, b.Spec.Volume, planned.reason)
	case !p.world.Fills():
		return lost(leftOut, "without %s and %s Velero restores no pod volumes, and pod %s waits forever for volume %s%s",
			layout.PersistentVolumes, layout.PersistentVolumeClaims, name, b.Spec.Volume, after(": ", p.whyNotFilled()))
	case p.env.Profile.Does(actions.RestoresKopiaOnly) && b.Spec.UploaderType != "kopia":
		return lost(byRestic, "restic backed up volume %s of pod %s, and Velero %s restores nothing of restic's: the pod waits forever (Velero 1.18 and older restore it)",
			b.Spec.Volume, name, p.env.Profile)
	case !pod.Waits:
		return lost(comesBackEmpty, "Velero restores no files into volume %s of pod %s: the pod does not have it, or it is of a kind that the cluster fills", b.Spec.Volume, name)
	}
	if finding, why := p.neverFilled(planned, name, b.Spec.Volume); why != "" {
		p.waitsInVain(at)
		return pod, ending{report.DataLost, finding, why}
	}
	return pod, ending{fate: report.DataBack}
}

// after is a text behind others, "" if there is none.
func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}

// podLines are the volumes without a claim of a pod of the restore: those that the backup has, and those that the pod
// asked for in vain.
func (p *Plan) podLines(pod *plannedPod) []*line {
	var lines []*line
	key := layout.NamespacedName{Namespace: pod.original, Name: pod.name}
	have := map[string]bool{}
	for _, b := range p.env.Volumes.PodVolumes[key] {
		have[b.Spec.Volume] = true
		if p.claimOf(key, b) != "" {
			continue
		}
		l := &line{at: key}
		l.Method, l.Namespace = report.PodVolumeBackup, pod.namespace
		p.byPods(l, []velero.PodVolumeBackup{b})
		l.Bytes = p.size(l, []velero.PodVolumeBackup{b})
		lines = append(lines, l)
	}
	for name := range pod.old {
		if have[name] || pod.claims[name] != "" || !pod.waits[name] {
			continue
		}
		l := &line{at: key}
		l.Namespace = pod.namespace
		p.oldSnapshot(l, pod, name)
		lines = append(lines, l)
		have[name] = true
	}
	for _, name := range pod.asked {
		if have[name] || pod.claims[name] != "" {
			continue
		}
		l := &line{at: key, pods: []layout.Address{podAt(key)}}
		l.Method, l.Namespace = report.Provisioned, pod.namespace
		l.Pods = []report.VolumePod{{Namespace: pod.namespace, Name: pod.name, Volume: name}}
		if p.env.Volumes.Recorded {
			l.ends(report.DataLost, comesBackEmpty, fmt.Sprintf("pod %s/%s asks for backups of volume %s, and the backup has none", pod.namespace, pod.name, name))
		} else {
			l.ends(report.DataUnknown, dataUnknown, p.noCopy(velero.VolumeInfo{}))
		}
		lines = append(lines, l)
	}
	return lines
}
