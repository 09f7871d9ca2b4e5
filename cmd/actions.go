package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/cmd/render"
)

const actionsHelp = `Lists every item action that is reproduced: what it does, the items that it applies to, the Velero versions
that have it, and what it asks the target cluster, which -f can describe.
` + exitCodes

// NewActions returns the command that lists the actions.
func NewActions(streams Streams) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use:     "actions",
		Short:   "List the item actions",
		Long:    actionsHelp,
		Example: `  veltx actions -o json | jq -r '.[].name'`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			return render.Actions(streams.Out, output.format.value, listActions(), output.coloured(streams))
		},
	}
	output.bind(c.Flags(), render.ListFormats)
	return c
}

// listActions lists the actions of all profiles, each once; what differs is told by profile.
func listActions() []render.Action {
	byName := map[string]*render.Action{}
	var names []string
	for _, profile := range profiles {
		for _, a := range builtin.Restore(profile) {
			shown := byName[a.Name]
			if shown == nil {
				shown = &render.Action{Name: a.Name, Kind: string(actions.RestoreItemAction), Summary: a.Summary, Feature: a.Feature}
				byName[a.Name] = shown
				names = append(names, a.Name)
			}
			shown.Profiles = append(shown.Profiles, actionIn(profile, a))
		}
	}
	slices.Sort(names)
	list := make([]render.Action, len(names))
	for i, name := range names {
		list[i] = *byName[name]
	}
	return list
}

func actionIn(profile actions.Profile, a actions.Action) render.ActionProfile {
	return render.ActionProfile{
		Velero: string(profile), Resources: a.AppliesTo.Resources, LabelSelector: a.AppliesTo.LabelSelector,
		Needs: a.Needs, Archive: a.Archive,
	}
}
