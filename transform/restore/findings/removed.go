package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// removedVersions finds items in versions of Kubernetes' own API that newer releases do not serve. Where the target's release
// is known, they have failed or they are fine.
type removedVersions struct {
	world *World
	found map[removedVersion][]int32 // numbers of the items
}

type removedVersion struct{ resource, apiVersion string }

func newRemovedVersions(w *World) Watcher { return &removedVersions{w, map[removedVersion][]int32{}} }

// See implements Watcher.
func (w *removedVersions) See(it *pipeline.Item) {
	if w.world.TargetMinor != 0 || w.world.ServedKnown {
		return
	}
	apiVersion := it.Object.APIVersion()
	if _, removed := discovery.Removed(it.Key.Resource, layout.Version(apiVersion)); removed {
		v := removedVersion{it.Key.Resource, apiVersion}
		w.found[v] = append(w.found[v], int32(it.Number))
	}
}

// Conclude implements Watcher.
func (w *removedVersions) Conclude(s *report.Summary) {
	byName := func(a, b removedVersion) int {
		return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(a.apiVersion, b.apiVersion))
	}
	for _, v := range slices.SortedFunc(maps.Keys(w.found), byName) {
		removal, _ := discovery.Removed(v.resource, layout.Version(v.apiVersion))
		var items []string
		for _, number := range w.found[v] {
			items = append(items, w.world.Backup.Address(int(number)).String())
		}
		slices.Sort(items)
		instead := "it has no replacement"
		if removal.Instead != "" {
			instead = "use " + removal.Instead
		}
		s.Add(report.Finding{
			ID: "api-version-removed", Severity: report.Warning, Subject: v.resource + " " + v.apiVersion, Items: items, Message: fmt.Sprintf(
				"%s and later do not serve %s %s: Velero fails there on %s; %s",
				removal.Release(), v.apiVersion, cmp.Or(w.world.kind(v.resource), v.resource), count(items), instead),
		})
		s.Told().Needs = append(s.Told().Needs, report.Need{
			Resource: v.resource, Name: v.apiVersion, Users: items, Effect: "Velero fails on the items from " + removal.Release() + " on", Bring: removal.Instead,
		})
	}
}
