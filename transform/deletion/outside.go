package deletion

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
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

// runActions asks the delete item actions about the items that they apply to. One that fails only says so, as in Velero.
// Source: v1.18.2 internal/delete/delete_item_action_handler.go:48-130.
func (p *Plan) runActions(ctx context.Context, t *Target, backup *actions.Backup) error {
	chain, err := actions.NewChain(t.Actions, nil)
	if err != nil {
		return err
	}
	return t.Source.Each(ctx, func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil //nolint:nilerr // what is no item concerns no action
		}
		for _, a := range chain.For(key.Resource) {
			body, err := e.Body()
			if err != nil {
				return err
			}
			p.runAction(a, key, slices.Clone(body), backup)
		}
		return nil
	})
}

func (p *Plan) runAction(a *actions.Link, key layout.ItemKey, body []byte, backup *actions.Backup) {
	item, err := object.Parse(body)
	if err == nil && item.Kind() != object.Object {
		err = errors.New("is not an object")
	}
	if err == nil && !a.Takes(item) {
		return
	}
	var out *actions.Output
	if err == nil {
		out, _, err = a.Run(&actions.Input{
			Profile: actions.V1_18, Resource: key.Resource, Item: item, ItemFromBackup: item, Namespace: key.Namespace, Backup: backup,
		}, &actions.Fit{})
	}
	if err != nil {
		p.find(report.Warning, "delete-action-failed", key.String()+": "+a.Name+": "+err.Error()+"; Velero goes on without it")
		return
	}
	if out == nil {
		return
	}
	for _, d := range out.Deletes {
		p.Outside = append(p.Outside, Outside{What: d.What, ID: d.ID, Of: key.String(), Velero: true, How: d.How, Action: a.Name})
	}
	for _, n := range out.Notes {
		p.Outside = append(p.Outside, Outside{What: "data of " + key.Resource, Of: key.String(), How: n.Text, Action: a.Name})
	}
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
