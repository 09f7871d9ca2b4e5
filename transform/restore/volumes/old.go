package volumes

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// byOldAnnotation is for a claim of which a pod's old annotation names a snapshot; it says whether there is one.
func (p *Plan) byOldAnnotation(l *line) bool {
	for _, pod := range p.old {
		if pod.original != l.at.Namespace {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(pod.old)) {
			if pod.claims[name] == l.at.Name && pod.waits[name] {
				p.oldSnapshot(l, pod, name)
				return true
			}
		}
	}
	return false
}

// oldSnapshot is for a volume of a pod for which an annotation of a very old Velero names a snapshot. Velero restores it
// where the backup has no pod volume backup of the pod, and only the repository knows whether the snapshot is still there.
// Source: v1.18.2 pkg/podvolume/util.go:84-122.
func (p *Plan) oldSnapshot(l *line, pod *plannedPod, name string) {
	l.Method = report.PodVolumeBackup
	l.Pods = append(l.Pods, report.VolumePod{Namespace: pod.namespace, Name: pod.name, Volume: name, Snapshot: pod.old[name], Waits: true})
	l.pods = append(l.pods, podAt(layout.NamespacedName{Namespace: pod.original, Name: pod.name}))
	l.ends(report.DataUnknown, oldAnnotation, fmt.Sprintf("annotation %s%s of pod %s/%s names snapshot %s of a restic repository; if it is gone, the pod waits forever",
		oldSnapshots, name, pod.namespace, pod.name, pod.old[name]))
}
