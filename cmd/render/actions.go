package render

import (
	"io"
	"slices"
	"strings"
)

// Action is an item action in a listing.
type Action struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Summary  string          `json:"summary"`
	Feature  string          `json:"feature,omitempty"` // without which Velero does not run it
	Profiles []ActionProfile `json:"profiles"`
}

// ActionProfile is an action as one version of Velero has it.
type ActionProfile struct {
	Velero        string   `json:"velero"`
	Resources     []string `json:"resources"`
	LabelSelector string   `json:"labelSelector,omitempty"`
	Needs         []string `json:"needs,omitempty"` // resources of the target
	Archive       bool     `json:"archive"`         // also run when an archive is rewritten
}

// Actions lists the actions.
func Actions(out io.Writer, format string, list []Action, coloured bool) error {
	if format != Table {
		return document(out, format, list)
	}
	p := newPage(out, coloured)
	for i, a := range list {
		if i > 0 {
			p.end()
		}
		a.write(p)
	}
	return p.flush()
}

const actionColumn = 14

func (a *Action) write(p *page) {
	p.put(strong, a.Name)
	p.line(faint, "  "+a.Kind)
	p.put(plain, "  ")
	p.wrapped(plain, 2, 2, a.Summary)
	a.row(p, "Velero", strings.Join(a.versions(), ", "))
	a.row(p, "feature", a.Feature)
	for _, group := range a.groups() {
		suffix := ""
		if len(group.versions) < len(a.Profiles) {
			suffix = " (" + strings.Join(group.versions, ", ") + ")"
		}
		selector := ""
		if group.profile.LabelSelector != "" {
			selector = " with labels " + group.profile.LabelSelector
		}
		a.row(p, "applies to", strings.Join(group.profile.Resources, ", ")+selector+suffix)
		if len(group.profile.Needs) > 0 {
			a.row(p, "asks for", strings.Join(group.profile.Needs, ", ")+suffix)
		}
	}
}

func (a *Action) row(p *page, name, text string) {
	if text == "" {
		return
	}
	p.put(faint, padded("  "+name, actionColumn))
	p.wrapped(plain, actionColumn, actionColumn, text)
}

func (a *Action) versions() []string {
	var names []string
	for _, profile := range a.Profiles {
		names = append(names, profile.Velero)
	}
	return names
}

// group is what is the same in several versions.
type group struct {
	profile  ActionProfile
	versions []string
}

func (a *Action) groups() []group {
	var groups []group
	for _, profile := range a.Profiles {
		i := slices.IndexFunc(groups, func(g group) bool { return g.profile.same(profile) })
		if i < 0 {
			groups = append(groups, group{profile: profile})
			i = len(groups) - 1
		}
		groups[i].versions = append(groups[i].versions, profile.Velero)
	}
	return groups
}

func (p ActionProfile) same(other ActionProfile) bool {
	return slices.Equal(p.Resources, other.Resources) && slices.Equal(p.Needs, other.Needs) && p.LabelSelector == other.LabelSelector
}
