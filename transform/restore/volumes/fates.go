package volumes

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// ID is that of a finding.
type ID = string

// The findings on volumes.
const (
	comesBackEmpty ID = "volume-comes-back-empty"
	needsOld       ID = "volume-needs-old-volume"
	leftOut        ID = "volume-data-left-out"
	backupFailed   ID = "volume-backup-failed"
	dataUnknown    ID = "volume-data-unknown"
	targetKeeps    ID = "volume-kept-by-target"
	notRestored    ID = "volume-not-restored"
	pvMissing      ID = "claim-volume-missing"
	pvTaken        ID = "claim-never-binds"
	pvReleased     ID = "claim-volume-released"
	sourceMissing  ID = "claim-source-missing"
	noProvisioning ID = "claim-not-provisioned"
	waitsForever   ID = "pod-waits-forever"
	oldAnnotation  ID = "pod-waits-for-old-snapshot"
	fitsNoNode     ID = "volume-fits-no-node"
	podNoNode      ID = "pod-fits-no-node"
	byRestic       ID = "volume-backed-up-by-restic"
	ephemeralClaim ID = "ephemeral-claim-restored"
	podDisplaced   ID = "pod-removed-by-target"
	neverConsumed  ID = "volume-waits-for-pod"

	unmatchedAnnotation ID = "backup-annotation-unmatched"
)

// whyLeftOut says why the restore does not bring an item of the backup, and what would.
func (p *Plan) whyLeftOut(at layout.Address) string {
	return withFlag(p.world.Backup.LeftOut(at.Key()))
}

// whyNotFilled says what keeps Velero from filling volumes of pods, and what lets it.
func (p *Plan) whyNotFilled() string {
	for _, resource := range []string{layout.PersistentVolumeClaims, layout.PersistentVolumes} {
		if why := withFlag(p.world.Backup.LeavesOutResource(resource)); why != "" {
			return why
		}
	}
	return ""
}

// withFlag is a reason with the flag that takes it away.
func withFlag(why, bring string) string {
	if bring == "" {
		return why
	}
	return why + " (" + bring + ")"
}

// byCSISnapshot is for a claim that the driver makes from a VolumeSnapshot: that has to be restored, with its content.
func (p *Plan) byCSISnapshot(l *line) {
	name := layout.NamespacedName{Namespace: l.claim.original, Name: l.claim.snapshot}
	at := layout.Address{Resource: layout.CSISnapshots, Namespace: name.Namespace, Name: name.Name}
	snapshot := p.snapshots[name]
	switch {
	case snapshot == nil && !p.world.Backup.Has(at.Key()):
		l.ends(report.DataLost, backupFailed, fmt.Sprintf("the claim waits for VolumeSnapshot %s, which the backup does not have", name))
		return
	case snapshot == nil:
		l.ends(report.DataLost, leftOut, fmt.Sprintf("the claim waits for VolumeSnapshot %s, which is not part of this restore%s", name, after(": ", p.whyLeftOut(at))))
		return
	case notMade(snapshot.outcome):
		l.ends(report.DataLost, notRestored, fmt.Sprintf("the claim waits for VolumeSnapshot %s, which is not restored: %s", name, snapshot.reason))
		return
	}
	content := layout.Address{Resource: layout.CSISnapshotContents, Name: snapshot.content}
	switch {
	case snapshot.outcome != report.Create || snapshot.content == "" || p.world.Backup.Restored(content.Key()):
		l.ends(report.DataBack, "", "")
	case !p.world.Backup.Has(content.Key()):
		l.ends(report.DataLost, backupFailed, fmt.Sprintf("VolumeSnapshot %s waits for its VolumeSnapshotContent %s, which the backup does not have", name, content.Name))
	default:
		l.ends(report.DataLost, leftOut, fmt.Sprintf("VolumeSnapshot %s waits for its VolumeSnapshotContent %s, which is not part of this restore%s", name, content.Name, after(": ", p.whyLeftOut(content))))
	}
}

// byDataMover is for a claim that a DataDownload fills.
func (p *Plan) byDataMover(l *line) {
	if l.Data != nil && slices.Contains([]string{"Failed", "Canceled"}, l.Data.Phase) {
		l.ends(report.DataLost, backupFailed, "its data was not moved to the object store (phase "+l.Data.Phase+")")
		return
	}
	l.ends(report.DataBack, "", "")
	p.waitsForPod(l)
}

// withoutClaim is for a claim that the restore does not have, while pods of it mount it or its PersistentVolume is part of
// it. What the Restore's namespaces leave out is not missed.
func (p *Plan) withoutClaim(l *line, backups []velero.PodVolumeBackup) {
	at := claimAt(l.at)
	users := p.absent[l.at]
	if len(backups) > 0 && len(users) > 0 {
		l.Method = report.PodVolumeBackup
		p.byPods(l, backups)
	}
	why := "its claim is not part of this restore, so no volume is provisioned for it"
	if len(users) > 0 && !p.env.Target.Complete(at.Resource) {
		why = "its claim is not part of this restore, and the pods that mount it wait forever unless the target has it (give it with -f to check)"
	}
	if !p.world.Backup.Has(at.Key()) || len(users) == 0 && !p.world.Backup.TakesNamespace(l.at.Namespace) {
		l.Missing = append(l.Missing, why)
		return
	}
	if _, inTarget := p.env.Target.Get(at.Resource, l.Namespace, at.Name); inTarget && l.Fate == "" {
		l.ends(report.DataKept, "", "")
		return
	}
	if l.Fate != report.DataLost {
		l.ends(report.DataLost, leftOut, why+after(": ", p.whyLeftOut(at)))
	}
}

// waitsForPV is for a claim that asks for a PersistentVolume that neither the restore nor the described target has.
func (p *Plan) waitsForPV(l *line) {
	at := layout.Address{Resource: layout.PersistentVolumes, Name: l.claim.after}
	why := "the claim asks for PersistentVolume " + at.Name + ", which is not part of this restore: it waits until the target has one of this name"
	described := p.env.Target.Complete(layout.PersistentVolumes)
	switch {
	case !p.world.Backup.Has(at.Key()):
		l.ends(report.DataOld, pvMissing, why)
		l.unsure = !described
	case described || p.env.Volumes.Snapshot(at.Name) != nil:
		l.ends(report.DataLost, leftOut, why+after("; ", p.whyLeftOut(at)))
	default: // the backup has no copy, and the target may still have the volume
		l.ends(report.DataOld, needsOld, why+", with the old volume"+after("; ", p.whyLeftOut(at)))
	}
}

// notMade says that an item with the outcome is not in the target after the restore.
func notMade(o report.Outcome) bool {
	return o == report.Fail || o == report.Refused || o == report.Skip
}

// notCreated says what keeps a PersistentVolume or a claim from being created.
func (p *Plan) notCreated(l *line) {
	if l.pv != nil && (l.pv.outcome == report.Fail || l.pv.outcome == report.Refused) {
		l.ends(report.DataLost, notRestored, "the PersistentVolume is not restored: "+l.pv.reason)
	}
	if l.claim == nil {
		return
	}
	switch l.claim.outcome {
	case report.Fail, report.Refused, report.Skip:
		l.ends(report.DataLost, notRestored, "the claim is not restored: "+l.claim.reason)
	case report.Exists, report.Update:
		hadCopy := l.Data != nil || len(l.Pods) > 0
		filled := l.Method == report.PodVolumeBackup && l.Fate == report.DataBack
		if filled {
			l.Missing = append(l.Missing, "the target has the claim and keeps its volume")
			return // Velero writes the files into it
		}
		l.Missing = []string{"the target has the claim and keeps its volume"} // what becomes of a new volume is of no interest
		l.Fate, l.finding, l.why = report.DataKept, "", []string{"the target has the claim and keeps its volume: the data in the backup is not restored"}
		if hadCopy {
			l.finding = targetKeeps
		}
	}
}

// created says whether the restore makes the claim.
func (l *line) created() bool { return l.claim != nil && l.claim.outcome == report.Create }

// neverBinds finds what keeps a restored claim from ever being bound.
func (p *Plan) neverBinds(l *line) {
	if !l.created() || l.claim.moved {
		return
	}
	if l.claim.after != "" {
		p.bindsToTheTargets(l)
		p.bindsToNamed(l)
		return
	}
	p.isNotProvisioned(l)
}

// attaches finds a PersistentVolume that no node of the target can attach.
func (l *line) attaches() {
	if l.pv != nil && l.pv.noNode != "" {
		l.ends(report.DataLost, fitsNoNode, l.pv.noNode)
	}
}

// bindsToTheTargets looks at a PersistentVolume of the target that a restored claim asks for.
func (p *Plan) bindsToTheTargets(l *line) {
	if l.pv != nil && l.pv.outcome == report.Create {
		return
	}
	pv, ok := p.env.Target.Get(layout.PersistentVolumes, "", l.claim.after)
	ref := pv.Get("spec", "claimRef")
	if !ok || ref.IsNull() {
		return
	}
	holder := layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()}
	mine := layout.NamespacedName{Namespace: l.claim.namespace, Name: l.claim.name}
	switch {
	case holder != mine && l.pv != nil && l.pv.outcome == report.Update:
		l.ends(report.DataLost, "", fmt.Sprintf("the update takes the target's PersistentVolume %s away from claim %s, which uses it, and gives it to claim %s", l.claim.after, holder, mine))
	case holder != mine:
		l.ends(report.DataLost, pvTaken, fmt.Sprintf("the target's PersistentVolume %s is bound to claim %s: claim %s never binds", l.claim.after, holder, mine))
	case ref.Get("uid").Str() == "":
	case pv.Get("status", "phase").Is("Released") || p.env.Target.Complete(layout.PersistentVolumeClaims):
		l.ends(report.DataLost, pvReleased, fmt.Sprintf("the target's PersistentVolume %s is still reserved for the deleted claim %s by its uid: the new claim never binds", l.claim.after, holder))
	}
}

// isNotProvisioned finds what keeps a claim that needs a new volume from getting one.
func (p *Plan) isNotProvisioned(l *line) {
	c := l.claim
	class, known := p.env.Target.Get(layout.StorageClasses, "", c.class)
	switch {
	case c.bound && c.source.Resource != "" && c.snapshot == "" && !p.has(c.source):
		p.withoutSource(l)
	case c.bound && c.selects:
		p.waitsForVolume(l, report.DataLost, "the claim has a selector, so no volume is provisioned for it: it waits for a PersistentVolume that the selector matches")
	case c.bound && c.noClass:
		p.waitsForVolume(l, report.DataLost, "the claim has the empty storage class, so no volume is provisioned for it: it waits for a PersistentVolume without a class")
	case c.bound && c.class == "" && p.env.Target.Complete(layout.StorageClasses) && !p.hasDefaultClass():
		l.ends(report.DataLost, noProvisioning, "the claim names no storage class, and the target has no default one: no volume is provisioned for it")
	case c.bound && known && class.Get("provisioner").Is("kubernetes.io/no-provisioner"):
		p.waitsForVolume(l, report.DataLost, "storage class "+c.class+" has no provisioner: the claim waits for a PersistentVolume of this class")
	case c.fresh && p.isStatic(c) && p.env.Target.Complete(layout.PersistentVolumes):
		p.waitsForVolume(l, report.DataNone, "no volume is provisioned for the claim, and it gets none of those that will be there")
	}
}

// hasDefaultClass says whether a storage class that the target has, or that the restore has brought by now, is the default.
func (p *Plan) hasDefaultClass() bool {
	return slices.ContainsFunc(p.env.Target.List(layout.StorageClasses, ""), isDefaultStorage)
}

func isDefaultStorage(class *object.Value) bool {
	return needs.IsDefaultClass(layout.StorageClasses, class)
}

// withoutSource is for a claim whose dataSource the restore does not bring. A provisioner makes no volume before it is there.
// Source: sigs.k8s.io/sig-storage-lib-external-provisioner, csi-provisioner v5 pkg/controller/controller.go (getSnapshotSource,
// getPVCSource).
func (p *Plan) withoutSource(l *line) {
	source := l.claim.source
	name := p.underAnotherName(source)
	if p.env.Target.Complete(source.Resource) {
		l.ends(report.DataLost, sourceMissing, fmt.Sprintf("the claim's dataSource is %s, which is neither in the restore nor in the target: no volume is provisioned%s", source, name))
		return
	}
	l.hangsOn(sourceMissing, fmt.Sprintf("the claim's dataSource is %s, which this restore does not bring%s: no volume is provisioned unless the target has it (give it with -f to check)", source, name))
}

// has says whether an object will be in the target: it is there, or the restore makes it.
func (p *Plan) has(at layout.Address) bool {
	if _, ok := p.env.Target.Get(at.Resource, at.Namespace, at.Name); ok {
		return true
	}
	for from, snapshot := range p.snapshots {
		if at.Resource == layout.CSISnapshots && p.env.TargetNamespace(from.Namespace) == at.Namespace && snapshot.name == at.Name {
			return !notMade(snapshot.outcome)
		}
	}
	return at.Resource != layout.CSISnapshots && p.world.Backup.Restored(layout.Address{Resource: at.Resource, Namespace: p.original(at.Namespace), Name: at.Name}.Key())
}

// original is a namespace of the backup that goes into one of the target.
func (p *Plan) original(target string) string {
	for from, to := range p.env.Restore.Spec.NamespaceMapping {
		if to == target {
			return from
		}
	}
	return target
}

// underAnotherName says that Velero restores a VolumeSnapshot under a new name, which no claim's own dataSource knows.
func (p *Plan) underAnotherName(at layout.Address) string {
	if s := p.snapshots[layout.NamespacedName{Namespace: p.original(at.Namespace), Name: at.Name}]; at.Resource == layout.CSISnapshots && s != nil && s.name != at.Name {
		return " (Velero restores it as " + s.name + ")"
	}
	return ""
}

// withoutData is for claims that were never bound, and so never held data.
func (p *Plan) withoutData(l *line) {
	if l.claim != nil && !l.claim.bound && (l.Fate == "" || l.Fate == report.DataOld || l.Fate == report.DataUnknown) {
		l.Fate, l.finding = report.DataNone, ""
	}
}

// size is how many bytes of data the backup has of a volume, 0 where that is not known.
func (p *Plan) size(l *line, backups []velero.PodVolumeBackup) int64 {
	if l.Data != nil && l.Data.Bytes > 0 {
		return l.Data.Bytes
	}
	var most int64
	for _, b := range backups {
		most = max(most, b.Status.Progress.TotalBytes)
	}
	if info := p.env.Volumes.Infos[l.PersistentVolume]; most == 0 && info.PVBInfo != nil && l.PersistentVolume != "" {
		return info.PVBInfo.Size
	}
	return most
}
