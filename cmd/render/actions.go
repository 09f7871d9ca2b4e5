package render

import (
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions/builtin"
)

// Actions lists the actions.
func Actions(out io.Writer, format string, list []builtin.Listed, style Style) error {
	return show(out, format, list, style, func(p *page) {
		for i := range list {
			if i > 0 {
				p.end()
			}
			writeAction(p, &list[i])
		}
	})
}

const actionColumn = 14

func writeAction(p *page, a *builtin.Listed) {
	p.put(strong, a.Name)
	p.line(faint, "  "+a.Kind)
	p.hanging(plain, 2, 2, a.Summary)
	actionRow(p, "Velero", strings.Join(versionsOf(a), ", "))
	actionRow(p, "feature", a.Feature)
	for _, group := range groupsOf(a) {
		suffix := ""
		if len(group.versions) < len(a.Profiles) {
			suffix = " (" + strings.Join(group.versions, ", ") + ")"
		}
		selector := ""
		if group.profile.LabelSelector != "" {
			selector = " with labels " + group.profile.LabelSelector
		}
		actionRow(p, "applies to", strings.Join(group.profile.Resources, ", ")+selector+suffix)
		if len(group.profile.Needs) > 0 {
			actionRow(p, "asks for", strings.Join(group.profile.Needs, ", ")+suffix)
		}
	}
}

func actionRow(p *page, name, text string) {
	if text == "" {
		return
	}
	p.put(faint, padded("  "+name, actionColumn))
	p.wrapped(plain, actionColumn, actionColumn, text)
}

func versionsOf(a *builtin.Listed) []string {
	var names []string
	for _, profile := range a.Profiles {
		names = append(names, profile.Velero)
	}
	return names
}

// group is what is the same in several versions.
type group struct {
	profile  builtin.ListedProfile
	versions []string
}

func groupsOf(a *builtin.Listed) []group {
	var groups []group
	for _, profile := range a.Profiles {
		i := slices.IndexFunc(groups, func(g group) bool { return sameProfile(&g.profile, &profile) })
		if i < 0 {
			groups = append(groups, group{profile: profile})
			i = len(groups) - 1
		}
		groups[i].versions = append(groups[i].versions, profile.Velero)
	}
	return groups
}

func sameProfile(p, other *builtin.ListedProfile) bool {
	return slices.Equal(p.Resources, other.Resources) && slices.Equal(p.Needs, other.Needs) && p.LabelSelector == other.LabelSelector
}
