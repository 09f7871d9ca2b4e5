package restore

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/version"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// groupVersions are the versions of an API group or of a resource in a backup.
type groupVersions struct {
	preferred string
	all       []string // best first, by Kubernetes' order of versions
}

func (g groupVersions) has(v string) bool { return slices.Contains(g.all, v) }

func (g *groupVersions) sort() {
	slices.SortStableFunc(g.all, func(a, b string) int { return version.CompareKubeAwareVersionStrings(b, a) })
}

// chooseVersions picks, with the feature EnableAPIGroupVersions, the directory of copies that each resource is restored
// from: the user's version, the target's preferred one, the source's preferred one, the best that both have.
// Source: v1.18.2 pkg/restore/prioritize_group_version.go:47-148.
func (c *catalogue) chooseVersions(s *setting) map[string]string {
	if !s.o.Has(actions.FeatureAPIGroupVersions) || s.formatVersion != "" && s.formatVersion < "1.1.0" {
		return nil
	}
	groups := &s.target.groups
	if !groups.described {
		s.summary.Find(report.Warning, "target-versions-unknown",
			"the API versions that the target serves are not described; veltx assumes that it prefers those of the backup (give an APIGroupList with -f)")
	}
	wanted := s.userVersions()
	chosen := map[string]string{}
	for _, resource := range c.index.Resources() {
		source := c.sourceVersions(resource)
		if source.preferred == "" {
			continue
		}
		v := source.preferred
		if target, served := groups.byName[layout.Group(resource)]; served {
			v = choose(wanted[resource], target, source)
		}
		chosen[resource] = v
		if v == source.preferred {
			chosen[resource] = layout.PreferredDir(v)
		}
	}
	return chosen
}

// choose follows the priorities for a resource whose group the target serves.
func choose(user []string, target, source groupVersions) string {
	for _, v := range user {
		if target.has(v) && source.has(v) {
			return v
		}
	}
	if source.has(target.preferred) {
		return target.preferred
	}
	if target.has(source.preferred) {
		return source.preferred
	}
	for _, v := range target.all[min(1, len(target.all)):] {
		if slices.Contains(source.all[min(1, len(source.all)):], v) {
			return v
		}
	}
	return source.preferred
}

// sourceVersions reads the versions of a resource off its directories.
func (c *catalogue) sourceVersions(resource string) groupVersions {
	var g groupVersions
	for _, dir := range c.index.VersionDirs(resource) {
		key := layout.ItemKey{VersionDir: dir}
		if key.Preferred() {
			g.preferred = key.Version()
		}
		g.all = append(g.all, key.Version())
	}
	g.sort()
	return g
}

// userVersions reads the ConfigMap enableapigroupversions in Velero's namespace: a line "resource.group=v2,v1" each.
// Source: v1.18.2 pkg/restore/prioritize_group_version.go:190-320.
func (s *setting) userVersions() map[string][]string {
	cm, ok := s.target.view.Get(layout.ConfigMaps, s.o.Restore.Namespace, "enableapigroupversions")
	if !ok {
		return nil
	}
	versions := map[string][]string{}
	for line := range strings.Lines(cm.Get("data", "restoreResourcesVersionPriority").Str()) {
		line = strings.ReplaceAll(strings.TrimRight(line, "\n"), " ", "")
		resource, list, ok := strings.Cut(line, "=")
		if line == "" {
			continue
		}
		if !ok || resource == "" || list == "" || strings.Contains(list, "=") {
			s.summary.FindOn(report.Warning, "version-priority-ignored", line,
				fmt.Sprintf("ConfigMap enableapigroupversions: Velero ignores the line %q; it wants RESOURCE.GROUP=VERSION,VERSION", line))
			continue
		}
		versions[resource] = strings.Split(list, ",")
	}
	return versions
}
