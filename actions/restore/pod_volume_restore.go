package restore

import (
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// podSnapshotPrefix begins the annotations in which very old Velero versions kept a pod's volume backups.
const podSnapshotPrefix = "snapshot.velero.io/"

// PodVolumeRestore puts the init container restore-wait (1.6: restic-wait) in front of a pod whose volumes the backup
// has by file system: it holds the pod until Velero has filled them. Every such container that an earlier
// restore left goes first, even where no volume was backed up; before 1.17 only one that comes first is replaced.
// Source: Velero v1.18.2 pkg/restore/actions/pod_volume_restore_action.go:85-243, pkg/podvolume/util.go:84-122; v1.6.3
// pkg/restore/restic_restore_action.go:65-170, pkg/restic/common.go:76-143.
//
// It does not run for an archive: the restore that reads the archive does all of it again.
func PodVolumeRestore(profile actions.Profile) actions.Action {
	wait := waitContainerOf(profile)
	return actions.Action{
		Name:        wait.action,
		Summary:     "adds the init container that waits for a pod's volumes to be restored from file-system backups",
		AppliesTo:   actions.Selector{Resources: []string{layout.Pods}},
		Typed:       typed.Pod,
		TypedBackup: true,
		Needs:       []string{layout.ConfigMaps},
		Execute: func(in *actions.Input) (*actions.Output, error) {
			pod, out := readPod(in.Item), &actions.Output{}
			if profile.Does(actions.DropsOldWaits) {
				pod.initContainers = dropOldWaits(in.Item, pod.initContainers, out)
			}
			volumes := backedUpVolumes(profile, in, pod.volumes)
			if len(volumes) == 0 {
				return out, nil
			}
			container, err := wait.build(in, pod, volumes, out)
			if err != nil {
				return nil, err
			}
			own := pod.initContainers
			if len(own) > 0 && wait.replaces(own[0].Get("name").Str()) {
				own = own[1:]
			}
			podSetInitContainers(in.Item, slices.Concat([]*object.Value{container}, own))
			return out, nil
		},
	}
}

// dropOldWaits removes what earlier restores put into the pod, and returns the init containers that are left.
func dropOldWaits(item *object.Value, containers []*object.Value, out *actions.Output) []*object.Value {
	kept := slices.DeleteFunc(slices.Clone(containers), func(c *object.Value) bool {
		return c.Get("name").Is(restoreWait) || c.Get("name").Is(resticWait)
	})
	if len(kept) == len(containers) {
		return containers
	}
	out.Explain("spec.initContainers", "removed a wait init container of an earlier restore")
	podSetInitContainers(item, kept)
	return kept
}

// backedUpVolumes returns the names of the pod's volumes that the backup has by file system, sorted: those with a
// PodVolumeBackup that has a snapshot, whatever its phase, and only if there are none those of the pod's old annotations.
// The pod is looked up by its original namespace, which it still has.
//
// Differs from Velero: it mounts the volumes in map order.
func backedUpVolumes(profile actions.Profile, in *actions.Input, volumes []*object.Value) []string {
	found := map[string]bool{}
	backups := in.Backup.PodVolumeBackups[layout.NamespacedName{Namespace: in.Item.Namespace(), Name: in.Item.Name()}]
	if len(backups) > 0 {
		of := byName(volumes)
		for _, backup := range backups {
			name := backup.Spec.Volume
			if backup.Status.SnapshotID != "" && !isDerived(profile, of[name]) {
				found[name] = true
			}
		}
	}
	if len(found) == 0 {
		for key := range in.Item.Get("metadata", "annotations").Members() {
			if name, ok := strings.CutPrefix(key, podSnapshotPrefix); ok {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// byName are the volumes by their names, the first one of a name.
func byName(volumes []*object.Value) map[string]*object.Value {
	of := make(map[string]*object.Value, len(volumes))
	for _, v := range slices.Backward(volumes) {
		if name, ok := v.Get("name").Text(); ok {
			of[name] = v
		}
	}
	return of
}

// isDerived says that a volume's content comes from the cluster and is not restored: a projected one, in profile 1.18 also
// one of the downward API.
func isDerived(profile actions.Profile, volume *object.Value) bool {
	return !volume.Get("projected").IsNull() || !profile.Does(actions.RestoresDownwardAPIVolumes) && !volume.Get("downwardAPI").IsNull()
}
