package deletion

import (
	"cmp"
	"context"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

// findOutside finds what belongs to the backup outside the store.
func (p *Plan) findOutside(ctx context.Context, t *Target) error {
	side, err := t.Source.Side()
	if err != nil {
		return err
	}
	backup := &actions.Backup{Name: p.Backup}
	if side.Backup != nil {
		backup.Spec, backup.Namespace = side.Backup.Spec, side.Backup.Namespace
	}
	if err := p.runActions(ctx, t, backup); err != nil {
		return err
	}
	if err := p.addNative(side.VolumeSnapshots); err != nil {
		return err
	}
	p.addPodVolumes(side.PodVolumeBackups)
	p.addLeftBehind(side.VolumeInfos)
	return nil
}

// addNative adds the snapshots that plugins took of volumes, with what Velero asks of the plugin.
// Source: v1.18.2 pkg/controller/backup_deletion_controller.go:303-335.
func (p *Plan) addNative(snapshots []velero.VolumeSnapshot) error {
	provider := volume.NewOffline(snapshots)
	for _, s := range snapshots {
		if s.Status.ProviderSnapshotID == "" {
			continue
		}
		if err := provider.DeleteSnapshot(s.Status.ProviderSnapshotID); err != nil {
			return err
		}
		p.Outside = append(p.Outside, Outside{
			What: "native snapshot", ID: s.Status.ProviderSnapshotID, Of: "persistentvolumes/" + s.Spec.PersistentVolumeName, Velero: true,
			How:   "the plugin of snapshot location " + cmp.Or(s.Spec.Location, "default") + " deletes it",
			Calls: provider.Take(),
		})
	}
	return nil
}

// addPodVolumes adds the copies of pods' volumes.
func (p *Plan) addPodVolumes(backups []velero.PodVolumeBackup) {
	for _, b := range backups {
		if b.Status.SnapshotID == "" {
			continue
		}
		pod := layout.Address{Resource: layout.Pods, Namespace: b.Spec.Pod.Namespace, Name: b.Spec.Pod.Name}
		p.Outside = append(p.Outside, Outside{
			What: "files of a pod's volume", ID: b.Status.SnapshotID, Of: pod.String() + ", volume " + b.Spec.Volume, Velero: true,
			How: "Velero deletes them from the repository of namespace " + pod.Namespace,
		})
	}
}

// addLeftBehind adds CSI snapshots that the list of volumes names and no action deletes: those of another backup, or of
// a VolumeSnapshotContent that is not in the tarball.
func (p *Plan) addLeftBehind(infos []velero.VolumeInfo) {
	told := map[string]bool{}
	for _, o := range p.Outside {
		told[o.ID] = true
	}
	for _, i := range infos {
		if i.CSISnapshotInfo == nil || i.SnapshotDataMoved || i.CSISnapshotInfo.SnapshotHandle == "" {
			continue
		}
		handle := i.CSISnapshotInfo.SnapshotHandle
		if told[handle] {
			continue
		}
		told[handle] = true
		p.Outside = append(p.Outside, Outside{
			What: "CSI snapshot", ID: handle, Of: "persistentvolumes/" + i.PVName,
			How: "it stays, even if Velero deletes the backup: no VolumeSnapshotContent of the backup owns it",
		})
	}
}
