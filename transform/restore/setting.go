package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// setting is what is known before the archive is read.
type setting struct {
	o             *Options
	env           *pipeline.Env
	target        *target
	formatVersion string // of the backup, where velero-backup.json tells it
	summary       *report.Summary
}

// newSetting reads what stands beside the tarball and what the user gave of the target. get returns an item of the backup.
func newSetting(src *tarball.Source, o *Options, get func(layout.Address) *object.Value) (*setting, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	s := &setting{o: o, summary: newSummary(o)}
	chain, err := actions.NewChain(o.Actions, o.Has)
	if err != nil {
		return nil, err
	}
	if s.target, err = newTarget(o, chain.Needs()); err != nil {
		return nil, err
	}
	s.env = &pipeline.Env{
		Profile: o.Profile, Restore: o.Restore, Features: o.Features, Chain: chain, Modifiers: o.Modifiers, VolumeIDs: o.VolumeIDs, VeleroImage: o.VeleroImage,
		Target: s.target.view, Volumes: pipeline.NewVolumes(side), Unread: o.Unread,
		Backup: &actions.Backup{
			Name: o.Restore.Spec.BackupName, PodVolumeBackups: side.PodVolumeBackups, CSISnapshots: side.CSISnapshots,
			VolumeInfos: side.VolumeInfos, Get: get,
		},
	}
	if s.env.Modifiers == nil {
		s.env.Modifiers = new(modifiers.Rules)
	}
	s.env.Modifiers = s.env.Modifiers.Within(src.Limits().EntryBytes)
	if side.Backup != nil {
		spec := side.Backup.Spec
		if spec.SnapshotMoveData == nil { // it is unknown only without the file
			spec.SnapshotMoveData = new(bool)
		}
		s.env.Backup.Spec, s.formatVersion = spec, side.Backup.Status.FormatVersion
	}
	return s, nil
}

// newSummary begins with what is known of the options.
func newSummary(o *Options) *report.Summary {
	s := &report.Summary{Outcomes: map[report.Outcome]int{}}
	for _, name := range o.forgotten {
		s.FindOn(report.Warning, "not-in-velero-1.6", name, fmt.Sprintf("Velero 1.6 knows no %s and ignores it", name))
	}
	return s
}
