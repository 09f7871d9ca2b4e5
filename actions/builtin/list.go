package builtin

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
)

// Listed is an action as users know it: the same in all profiles, and what differs by profile.
type Listed struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Summary  string          `json:"summary"`
	Feature  string          `json:"feature,omitempty"` // without which Velero does not run it
	Profiles []ListedProfile `json:"profiles"`
}

// ListedProfile is an action as one version of Velero has it.
type ListedProfile struct {
	Velero        string   `json:"velero"`
	Resources     []string `json:"resources"`
	LabelSelector string   `json:"labelSelector,omitempty"`
	Needs         []string `json:"needs,omitempty"` // resources of the target
	Archive       bool     `json:"archive"`         // also run when an archive is rewritten
}

// OfKind are the actions of one kind.
type OfKind struct {
	Kind actions.Kind
	In   func(actions.Profile) []actions.Action
}

// Kinds are the kinds in the order in which they are listed.
func Kinds() []OfKind {
	return []OfKind{
		{actions.RestoreItemAction, Restore},
		{actions.BackupItemAction, Backup},
		{actions.ItemBlockAction, ItemBlock},
		{actions.DeleteItemAction, Delete},
	}
}

// List lists the actions of all kinds and profiles, each once.
func List() []Listed {
	var list []Listed
	for _, k := range Kinds() {
		list = append(list, k.list()...)
	}
	return list
}

func (k OfKind) list() []Listed {
	var list []Listed
	for _, profile := range actions.Profiles() {
		for _, a := range k.In(profile) {
			i := slices.IndexFunc(list, func(l Listed) bool { return l.Name == a.Name })
			if i < 0 {
				i = len(list)
				list = append(list, Listed{Name: a.Name, Kind: string(k.Kind), Summary: a.Summary, Feature: a.Feature})
			}
			list[i].Profiles = append(list[i].Profiles, ListedProfile{
				Velero: string(profile), Resources: a.AppliesTo.Resources, LabelSelector: a.AppliesTo.LabelSelector,
				Needs: a.Needs, Archive: a.Archive,
			})
		}
	}
	slices.SortFunc(list, func(a, b Listed) int { return strings.Compare(a.Name, b.Name) })
	return list
}
