package volumes

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// line is a line of the volume plan, and what there is to tell of it.
type line struct {
	report.Volume
	claim   *plannedClaim // nil where the restore does not have it
	pv      *plannedPV    // nil where the restore does not have it
	at      layout.NamespacedName
	pods    []layout.Address // of the backup, beside those that mount the claim
	finding string           // its id, "" for none
	why     []string         // of the finding
	unsure  bool             // whether the finding is true only the target tells, and it is not described
}

// ends says what becomes of the data, why, and under which finding it is told. The worst of several fates counts.
func (l *line) ends(fate report.Fate, finding, why string) {
	if why != "" {
		l.Missing = append(l.Missing, why)
	}
	if l.Fate == "" || badness(fate) > badness(l.Fate) {
		l.Fate, l.finding, l.why = fate, finding, nil
	}
	if why != "" && l.finding == finding {
		l.why = append(l.why, why)
	}
}

// hangsOn is for a volume that comes back only if the target has something, which is not described.
func (l *line) hangsOn(finding, why string) {
	l.unsure = l.finding == ""
	l.ends(report.DataUnknown, finding, why)
}

func badness(f report.Fate) int {
	return slices.Index([]report.Fate{report.DataBack, report.DataNone, report.DataKept, report.DataUnknown, report.DataOld, report.DataLost}, f)
}

// lines are one for each claim with its PersistentVolume, for each PersistentVolume that no claim of the restore asks for,
// for claims that are left out while pods of the restore mount them, and for volumes of pods that have no claim.
func (p *Plan) lines() []*line {
	var lines []*line
	backups := p.podVolumesByClaim()
	taken := map[string]bool{}
	told := map[layout.NamespacedName]bool{}
	for at, c := range p.claims {
		taken[c.before] = true
		lines = append(lines, p.line(at, c, p.pvs[c.before], backups[at]))
	}
	for name, pv := range p.pvs {
		if !taken[name] {
			told[pv.claim] = true
			lines = append(lines, p.line(pv.claim, nil, pv, backups[pv.claim]))
		}
	}
	for at := range p.absent {
		if !told[at] {
			lines = append(lines, p.line(at, nil, nil, backups[at]))
		}
	}
	for _, pod := range p.pods {
		lines = append(lines, p.podLines(pod)...)
	}
	slices.SortFunc(lines, func(a, b *line) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.PersistentVolume, b.PersistentVolume),
			cmp.Compare(podOf(a), podOf(b)))
	})
	return lines
}

func podOf(l *line) string {
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

// claimOf is the claim of a pod's volume, by the backup's annotation, by the pod, or by the volume information; "" if it
// has none.
func (p *Plan) claimOf(pod layout.NamespacedName, b velero.PodVolumeBackup) string {
	if claim := b.Annotations[velero.PVCNameAnnotation]; claim != "" {
		return claim
	}
	if planned := p.pods[pod]; planned != nil {
		return planned.claims[b.Spec.Volume]
	}
	return p.env.Volumes.ClaimOfFiles(pod, b.Spec.Volume)
}

// line is the line of a claim, of a PersistentVolume, or of both.
func (p *Plan) line(at layout.NamespacedName, c *plannedClaim, pv *plannedPV, backups []velero.PodVolumeBackup) *line {
	l := &line{claim: c, pv: pv, at: at}
	l.Namespace, l.Claim = p.env.TargetNamespace(at.Namespace), at.Name
	if pv != nil {
		l.PersistentVolume, l.PersistentVolumeOutcome, l.RenamedTo, l.StorageClass = pv.name, pv.outcome, pv.decided.Renamed, pv.class
		l.VolumeID, l.NewVolumeID, l.Calls = pv.volumeID, pv.decided.NewID, pv.decided.Calls
	}
	if c != nil {
		l.Namespace, l.ClaimOutcome, l.VolumeName, l.StorageClass = c.namespace, c.outcome, c.after, c.class
		l.PersistentVolume = c.before
	}
	p.comesBack(l, backups)
	p.notCreated(l)
	p.neverBinds(l)
	l.attaches()
	p.noteUnbound(l)
	p.withoutData(l)
	l.Bytes = p.size(l, backups)
	return l
}

// comesBack says how the volume comes back, and what of its data does not.
func (p *Plan) comesBack(l *line, backups []velero.PodVolumeBackup) {
	info, c, pv := p.env.Volumes.Infos[l.PersistentVolume], l.claim, l.pv
	switch {
	case c != nil && c.snapshot != "":
		l.Method, l.Data = report.CSISnapshot, csiData(info, c.snapshot)
		p.byCSISnapshot(l)
	case c != nil && c.moved:
		l.Method, l.Data = report.DataMover, movedData(info)
		p.byDataMover(l)
	case c == nil && (pv == nil || pv.decided.How == pipeline.Provisioned):
		l.Method = report.Provisioned
		p.withoutClaim(l, backups)
	case pv == nil:
		p.withoutPV(l, backups)
	case pv.decided.How == pipeline.FromSnapshot:
		p.bySnapshot(l)
	case pv.decided.Why == pipeline.ReasonPodVolume:
		l.Method = report.PodVolumeBackup
		p.byPods(l, backups)
	case pv.decided.Why == pipeline.ReasonCSI:
		l.Method, l.Data = report.Provisioned, csiData(info, "")
		p.withoutCSI(l, info)
	case pv.decided.How == pipeline.Provisioned:
		l.Method = report.Provisioned
		p.provisionedEmpty(l, info, backups)
	default:
		l.Method = report.AsItIs
		p.reused(l, info)
	}
}

// withoutPV is for a claim whose PersistentVolume the restore does not have.
func (p *Plan) withoutPV(l *line, backups []velero.PodVolumeBackup) {
	c := l.claim
	_, inTarget := p.env.Target.Get(layout.PersistentVolumes, "", c.after)
	switch {
	case inTarget:
		l.Method = report.AsItIs
		l.ends(report.DataKept, "", "")
	case c.after != "":
		l.Method = report.AsItIs
		p.waitsForPV(l)
	default:
		l.Method = report.Provisioned
		if c.bound {
			p.withoutCopy(l, "the new volume is empty")
		}
	}
	if len(backups) > 0 {
		p.byPods(l, backups)
	}
}

// bySnapshot is for a PersistentVolume with a native snapshot.
func (p *Plan) bySnapshot(l *line) {
	l.Method = report.AsItIs
	s := p.env.Volumes.Snapshot(l.pv.name)
	if s == nil {
		l.ends(report.DataOld, needsOld, "the backup's volume information names a native snapshot that its list of snapshots does not have: the PersistentVolume points to the old volume"+orNew(l.pv))
		return
	}
	l.Data = p.nativeData(s)
	switch _, inTarget := p.env.Target.Get(layout.PersistentVolumes, "", l.pv.name); {
	case l.pv.decided.Made:
		l.Method = report.NativeSnapshot
		l.ends(report.DataBack, "", "")
	case p.env.RestorePVsIsFalse():
		l.ends(report.DataOld, needsOld, "the Restore has restorePVs false: the PersistentVolume points to the old volume"+orNew(l.pv)+", not to one made from snapshot "+s.Status.ProviderSnapshotID+" (--restore-volumes makes it)")
	case p.env.BackupSnapshotsAreIgnored():
		l.ends(report.DataOld, needsOld, "the Backup has snapshotVolumes false, and Velero before 1.14 makes no volume from its snapshots then: the PersistentVolume points to the old volume"+orNew(l.pv))
	case inTarget:
		l.ends(report.DataKept, targetKeeps, "the target has a PersistentVolume of this name, so no volume is made from snapshot "+s.Status.ProviderSnapshotID)
	case s.Status.ProviderSnapshotID == "":
		l.ends(report.DataLost, backupFailed, "its snapshot has no id (phase "+pipeline.OrUnknown(s.Status.Phase)+")")
	default:
		l.ends(report.DataUnknown, "", "") // it failed before
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
