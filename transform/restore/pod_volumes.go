package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// podVolumesOfTarget are the PodVolumeBackups that the target has of this backup, by its label, in the namespace of the Restore and in others: a
// server reads them there, and has copied those beside the tarball into its own namespace, unless it had one of the name.
func podVolumesOfTarget(o *Options) (own, others []velero.PodVolumeBackup, err error) {
	label := velero.LabelValue(o.Restore.Spec.BackupName)
	for _, given := range o.Target {
		if given.ObjectKind() != "PodVolumeBackup" || !strings.HasPrefix(given.APIVersion(), "velero.io/") || given.Labels()["velero.io/backup-name"] != label {
			continue
		}
		backup, err := podVolumeOf(given)
		if err != nil {
			return nil, nil, err
		}
		if backup.Namespace == o.Restore.Namespace {
			own = append(own, backup)
		} else {
			others = append(others, backup)
		}
	}
	return own, others, nil
}

func podVolumeOf(given *object.Value) (backup velero.PodVolumeBackup, err error) {
	if err := given.Decode(&backup); err != nil {
		return backup, fmt.Errorf("PodVolumeBackup %s/%s of the target: %w", given.Namespace(), given.Name(), err)
	}
	return backup, nil
}

// withPodVolumes is what stands beside the tarball, with PodVolumeBackups of the target in the place of those of the same name.
func withPodVolumes(side *tarball.Side, own []velero.PodVolumeBackup) *tarball.Side {
	if len(own) == 0 {
		return side
	}
	all := *side
	all.PodVolumeBackups = slices.Clone(own)
	for _, copied := range side.PodVolumeBackups {
		if !slices.ContainsFunc(own, func(b velero.PodVolumeBackup) bool { return b.Name == copied.Name }) {
			all.PodVolumeBackups = append(all.PodVolumeBackups, copied)
		}
	}
	return &all
}

// podVolumesOfPods are the PodVolumeBackups by pod that the actions go by. Those of another Velero in the target, in a namespace of its own, count in
// some releases: then a pod waits for what this server does not restore.
func podVolumesOfPods(o *Options, own map[layout.NamespacedName][]velero.PodVolumeBackup, others []velero.PodVolumeBackup) map[layout.NamespacedName][]velero.PodVolumeBackup {
	if len(others) == 0 || !o.Profile.Does(actions.CountsPodVolumesOfOthers) {
		return own
	}
	all := maps.Clone(own)
	for _, backup := range others {
		pod := layout.NamespacedName{Namespace: backup.Spec.Pod.Namespace, Name: backup.Spec.Pod.Name}
		all[pod] = append(slices.Clip(all[pod]), backup)
	}
	return all
}
