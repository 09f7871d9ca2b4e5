package volumes

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Lines is the volume plan: a line for each claim with its PersistentVolume, for each PersistentVolume that no claim of
// the restore asks for, and for volumes of pods that have no claim.
func (p *Plan) Lines() []report.Volume {
	var lines []report.Volume
	backups := p.podVolumesByClaim()
	taken := map[string]bool{}
	for _, c := range p.claims {
		pv := p.pvs[c.before]
		taken[c.before] = true
		lines = append(lines, p.line(c, pv, backups[layout.NamespacedName{Namespace: c.original, Name: c.name}]))
	}
	for name, pv := range p.pvs {
		if !taken[name] {
			lines = append(lines, p.line(nil, pv, backups[pv.claim]))
		}
	}
	for _, pod := range p.pods {
		lines = append(lines, p.podLines(pod)...)
	}
	slices.SortFunc(lines, func(a, b report.Volume) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.PersistentVolume, b.PersistentVolume),
			cmp.Compare(podOf(a), podOf(b)))
	})
	return lines
}

func podOf(l report.Volume) string {
	if len(l.Pods) == 0 {
		return ""
	}
	return l.Pods[0].Name + "/" + l.Pods[0].Volume
}

// podVolumesByClaim are the backups of files by claim: its namespace in the backup, its name.
func (p *Plan) podVolumesByClaim() map[layout.NamespacedName][]velero.PodVolumeBackup {
	found := map[layout.NamespacedName][]velero.PodVolumeBackup{}
	for pod, backups := range p.env.Volumes.PodVolumes {
		for _, b := range backups {
			if claim := p.claimOf(pod, b); claim != "" {
				key := layout.NamespacedName{Namespace: pod.Namespace, Name: claim}
				found[key] = append(found[key], b)
			}
		}
	}
	return found
}

// claimOf is the claim of a pod's volume, by the backup's annotation or else by the pod; "" if it has none.
func (p *Plan) claimOf(pod layout.NamespacedName, b velero.PodVolumeBackup) string {
	if claim := b.Annotations[velero.PVCNameAnnotation]; claim != "" {
		return claim
	}
	if planned := p.pods[pod]; planned != nil {
		return planned.claims[b.Spec.Volume]
	}
	return ""
}

// line is the line of a claim, of a PersistentVolume, or of both.
func (p *Plan) line(c *plannedClaim, pv *plannedPV, backups []velero.PodVolumeBackup) report.Volume {
	var l report.Volume
	if pv != nil {
		l = report.Volume{
			PersistentVolume: pv.name, PersistentVolumeOutcome: pv.outcome, RenamedTo: pv.decided.Renamed, StorageClass: pv.class,
			VolumeID: pv.volumeID, NewVolumeID: pv.decided.NewID, Calls: pv.decided.Calls, Namespace: p.env.TargetNamespace(pv.claim.Namespace), Claim: pv.claim.Name,
		}
	}
	if c != nil {
		l.Namespace, l.Claim, l.ClaimOutcome, l.VolumeName, l.StorageClass = c.namespace, c.name, c.outcome, c.after, c.class
		l.PersistentVolume = c.before
	}
	p.fate(&l, c, pv, backups)
	l.Missing = append(l.Missing, notCreated(c, pv)...)
	return l
}

// fate says how the volume comes back, and what of its data does not.
func (p *Plan) fate(l *report.Volume, c *plannedClaim, pv *plannedPV, backups []velero.PodVolumeBackup) {
	info := p.env.Volumes.Infos[l.PersistentVolume]
	switch {
	case c != nil && c.snapshot != "":
		l.Method, l.Data = report.CSISnapshot, csiData(info, c.snapshot)
	case c != nil && c.moved:
		l.Method, l.Data = report.DataMover, movedData(info)
	case pv == nil:
		p.withoutPV(l, c, backups)
	case pv.decided.How == pipeline.FromSnapshot:
		p.bySnapshot(l, pv)
	case c == nil && pv.decided.How == pipeline.Provisioned:
		l.Method = report.Provisioned
		l.Missing = append(l.Missing, "its claim is not part of this restore, so no volume is provisioned for it")
	case pv.decided.Why == pipeline.ReasonPodVolume:
		l.Method = report.PodVolumeBackup
		p.byPods(l, backups)
	case pv.decided.Why == pipeline.ReasonCSI:
		l.Method, l.Data = report.Provisioned, csiData(info, "")
		l.Missing = append(l.Missing, p.whyNoCSI(info))
	case pv.decided.How == pipeline.Provisioned:
		l.Method = report.Provisioned
		l.Missing = append(l.Missing, p.noCopy(info)+", and the reclaim policy is Delete: the new volume is empty")
	default:
		l.Method = report.AsItIs
		l.Missing = append(l.Missing, p.noCopy(info)+": they are there if the target reaches the old volume"+orNew(pv))
	}
}

// withoutPV is for a claim whose PersistentVolume the restore does not have.
func (p *Plan) withoutPV(l *report.Volume, c *plannedClaim, backups []velero.PodVolumeBackup) {
	_, inTarget := p.env.Target.Get(layout.PersistentVolumes, "", c.after)
	switch {
	case inTarget:
		l.Method = report.AsItIs
	case c.after != "":
		l.Method = report.AsItIs
		l.Missing = append(l.Missing, "the claim asks for PersistentVolume "+c.after+", which is not part of this restore: it waits until the target has one of this name")
	default:
		l.Method = report.Provisioned
		if c.before != "" {
			l.Missing = append(l.Missing, "the new volume is empty")
		}
	}
	if len(backups) > 0 {
		p.byPods(l, backups)
	}
}

// bySnapshot is for a PersistentVolume with a native snapshot.
func (p *Plan) bySnapshot(l *report.Volume, pv *plannedPV) {
	l.Method = report.AsItIs
	s := p.env.Volumes.Snapshot(pv.name)
	if s == nil {
		l.Missing = append(l.Missing, "the backup's volume information tells of a native snapshot that its list of snapshots does not have: the PersistentVolume points to the old volume"+orNew(pv))
		return
	}
	l.Data = p.nativeData(s)
	switch _, inTarget := p.env.Target.Get(layout.PersistentVolumes, "", pv.name); {
	case pv.decided.Made:
		l.Method = report.NativeSnapshot
	case p.env.RestorePVsIsFalse():
		l.Missing = append(l.Missing, "the Restore has restorePVs false: the PersistentVolume points to the old volume"+orNew(pv)+", not to one made from snapshot "+s.Status.ProviderSnapshotID)
	case inTarget:
		l.Missing = append(l.Missing, "the target has a PersistentVolume of this name, so no volume is made from snapshot "+s.Status.ProviderSnapshotID)
	case s.Status.ProviderSnapshotID == "":
		l.Missing = append(l.Missing, "its snapshot has no id (phase "+pipeline.OrUnknown(s.Status.Phase)+")")
	}
}

// orNew names the volume that the user put into the place of the old one.
func orNew(pv *plannedPV) string {
	switch {
	case pv.decided.NewID != "":
		return ", now " + pv.decided.NewID
	case pv.volumeID != "":
		return " " + pv.volumeID
	}
	return ""
}

// notCreated says what keeps a PersistentVolume or a claim from being created.
func notCreated(c *plannedClaim, pv *plannedPV) []string {
	var why []string
	if pv != nil && pv.outcome == report.Fail {
		why = append(why, "the PersistentVolume is not restored: "+pv.reason)
	}
	if c == nil {
		return why
	}
	switch c.outcome {
	case report.Fail, report.Skip:
		why = append(why, "the claim is not restored: "+c.reason)
	case report.Exists, report.Update:
		why = append(why, "the target has the claim, and keeps the volume that it has")
	}
	return why
}
