package render

import (
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
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
	actionRow(p, "Velero", releases(versionsOf(a)))
	actionRow(p, "feature", a.Feature)
	for _, group := range groupsOf(a) {
		suffix := ""
		if len(group.versions) < len(a.Profiles) {
			suffix = " (" + releases(group.versions) + ")"
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

// releases writes releases that follow each other as "1.10.3 to 1.18.3", the newest first.
func releases(names []string) string {
	var runs []string
	for from := 0; from < len(names); {
		last := from + 1
		for last < len(names) && rank(names[last]) == rank(names[last-1])+1 {
			last++
		}
		run := names[from]
		if last-from > 1 {
			run = names[last-1] + " to " + run
		}
		runs = append(runs, run)
		from = last
	}
	return strings.Join(runs, ", ")
}

// rank is where a release stands among the profiles, of which the newest is the first.
func rank(name string) int {
	return slices.IndexFunc(actions.Profiles(), func(p actions.Profile) bool { return p.String() == name })
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
