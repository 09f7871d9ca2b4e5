package volumes

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
)

// neverFilled says why no files come into a volume that a restored pod waits for, and under which finding that is told, "" where
// another one tells it.
func (p *Plan) neverFilled(pod *plannedPod, name, volume string) (finding ID, why string) {
	switch workload := pod.owner.workload(); {
	case pod.stuck:
		return "", fmt.Sprintf("the init container of pod %s that waits for volume %s never starts, and only while it runs are the files restored", name, volume)
	case pod.displaced != "":
		return podDisplaced, fmt.Sprintf("the target's %s has its own pods, and removes pod %s while it waits for volume %s: the restore of the files fails", pod.displaced, name, volume)
	case p.replacing[workload]:
		return "", fmt.Sprintf("%s replaces pod %s while it waits for volume %s, and the restore of the files fails", workload, name, volume)
	}
	return "", ""
}

// noteUnbound notes the pods that wait for files and for a claim that is never bound.
func (p *Plan) noteUnbound(l *line) {
	unbound := []ID{pvTaken, pvReleased, noProvisioning, sourceMissing, fitsNoNode}
	if l.claim == nil || l.unsure || !slices.Contains(unbound, l.finding) {
		return
	}
	p.noteWaiting(l.claim.original, l.claim.users)
}

// noteWaiting notes those of some pods that wait for files: they never start.
func (p *Plan) noteWaiting(namespace string, users []user) {
	for _, u := range users {
		p.waitsInVain(layout.NamespacedName{Namespace: namespace, Name: u.name})
	}
}

// waitsInVain notes a pod that is there and waits for files, if it does.
func (p *Plan) waitsInVain(at layout.NamespacedName) {
	if pod := p.pods[at]; pod != nil && len(pod.waits) > 0 && !pod.refused && p.world.Fills() {
		p.timesOut[podAt(at).String()] = true
	}
}

// TimesOut are the pods, by their sorted addresses, of which Velero waits for the files of volumes until its time for that is
// over (4 hours, but for --fs-backup-timeout of the server), and then counts one error for each.
// Source: v1.18.3 pkg/podvolume/restorer.go:228-236, pkg/restore/restore.go:283-297,955-979, pkg/cmd/server/config/config.go:28.
func (p *Plan) TimesOut() []string { return slices.Sorted(maps.Keys(p.timesOut)) }
