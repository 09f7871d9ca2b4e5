package transform

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// lines is the volume plan: a line for each claim with its PersistentVolume, for each PersistentVolume that no claim of
// the restore asks for, and for volumes of pods that have no claim.
func (v *volumes) lines() []report.Volume {
	var lines []report.Volume
	backups := v.podVolumesByClaim()
	taken := map[string]bool{}
	for _, c := range v.plan.claims {
		pv := v.plan.pvs[c.before]
		taken[c.before] = true
		lines = append(lines, v.line(c, pv, backups[[2]string{c.original, c.name}]))
	}
	for name, pv := range v.plan.pvs {
		if !taken[name] {
			lines = append(lines, v.line(nil, pv, backups[pv.claim]))
		}
	}
	for _, pod := range v.plan.pods {
		lines = append(lines, v.podLines(pod)...)
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
func (v *volumes) podVolumesByClaim() map[[2]string][]velero.PodVolumeBackup {
	found := map[[2]string][]velero.PodVolumeBackup{}
	for pod, backups := range v.podVolumes {
		for _, b := range backups {
			if claim := v.claimOf(pod, b); claim != "" {
				key := [2]string{pod[0], claim}
				found[key] = append(found[key], b)
			}
		}
	}
	return found
}

// claimOf is the claim of a pod's volume, by the backup's annotation or else by the pod; "" if it has none.
func (v *volumes) claimOf(pod [2]string, b velero.PodVolumeBackup) string {
	if claim := b.Annotations[velero.PVCNameAnnotation]; claim != "" {
		return claim
	}
	if p := v.plan.pods[pod]; p != nil {
		return p.claims[b.Spec.Volume]
	}
	return ""
}

// line is the line of a claim, of a PersistentVolume, or of both.
func (v *volumes) line(c *plannedClaim, pv *plannedPV, backups []velero.PodVolumeBackup) report.Volume {
	var l report.Volume
	if pv != nil {
		l = report.Volume{
			PersistentVolume: pv.name, PersistentVolumeOutcome: pv.outcome, RenamedTo: pv.newName, StorageClass: pv.class,
			VolumeID: pv.volumeID, NewVolumeID: pv.newVolumeID, Calls: pv.calls, Namespace: v.o.targetNamespace(pv.claim[0]), Claim: pv.claim[1],
		}
	}
	if c != nil {
		l.Namespace, l.Claim, l.ClaimOutcome, l.VolumeName, l.StorageClass = c.namespace, c.name, c.outcome, c.after, c.class
		l.PersistentVolume = c.before
	}
	v.fate(&l, c, pv, backups)
	l.Missing = append(l.Missing, notCreated(c, pv)...)
	return l
}

// fate says how the volume comes back, and what of its data does not.
func (v *volumes) fate(l *report.Volume, c *plannedClaim, pv *plannedPV, backups []velero.PodVolumeBackup) {
	info := v.infos[l.PersistentVolume]
	switch {
	case c != nil && c.snapshot != "":
		l.Method, l.Data = report.CSISnapshot, csiData(info, c.snapshot)
	case c != nil && c.moved:
		l.Method, l.Data = report.DataMover, movedData(info)
	case pv == nil:
		v.withoutPV(l, c, backups)
	case pv.how == fromSnapshot:
		v.bySnapshot(l, pv)
	case c == nil && pv.how == provisioned:
		l.Method = report.Provisioned
		l.Missing = append(l.Missing, "its claim is not part of this restore, so no volume is provisioned for it")
	case pv.why == reasonPodVolume:
		l.Method = report.PodVolumeBackup
		v.byPods(l, backups)
	case pv.why == reasonCSI:
		l.Method, l.Data = report.Provisioned, csiData(info, "")
		l.Missing = append(l.Missing, v.whyNoCSI(info))
	case pv.how == provisioned:
		l.Method = report.Provisioned
		l.Missing = append(l.Missing, v.noCopy(info)+", and the reclaim policy is Delete: the new volume is empty")
	default:
		l.Method = report.AsItIs
		l.Missing = append(l.Missing, v.noCopy(info)+": they are there if the target reaches the old volume"+orNew(pv))
	}
}

// withoutPV is for a claim whose PersistentVolume the restore does not have.
func (v *volumes) withoutPV(l *report.Volume, c *plannedClaim, backups []velero.PodVolumeBackup) {
	_, inTarget := v.view.Get(persistentVolumes, "", c.after)
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
		v.byPods(l, backups)
	}
}

// bySnapshot is for a PersistentVolume with a native snapshot.
func (v *volumes) bySnapshot(l *report.Volume, pv *plannedPV) {
	l.Method = report.AsItIs
	s := v.snapshot(pv.name)
	if s == nil {
		l.Missing = append(l.Missing, "the backup's volume information tells of a native snapshot that its list of snapshots does not have: the PersistentVolume points to the old volume"+orNew(pv))
		return
	}
	l.Data = v.nativeData(s)
	switch _, inTarget := v.view.Get(persistentVolumes, "", pv.name); {
	case pv.made:
		l.Method = report.NativeSnapshot
	case v.restorePVsIsFalse():
		l.Missing = append(l.Missing, "the Restore has restorePVs false: the PersistentVolume points to the old volume"+orNew(pv)+", not to one made from snapshot "+s.Status.ProviderSnapshotID)
	case inTarget:
		l.Missing = append(l.Missing, "the target has a PersistentVolume of this name, so no volume is made from snapshot "+s.Status.ProviderSnapshotID)
	case s.Status.ProviderSnapshotID == "":
		l.Missing = append(l.Missing, "its snapshot has no id (phase "+orUnknown(s.Status.Phase)+")")
	}
}

// orNew names the volume that the user put into the place of the old one.
func orNew(pv *plannedPV) string {
	switch {
	case pv.newVolumeID != "":
		return ", now " + pv.newVolumeID
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
