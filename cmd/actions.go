package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/cmd/render"
)

const actionsHelp = `Lists every item action that is reproduced, those of restores first, then those of backups, item blocks and
deletions: what it does, the items that it applies to, the Velero versions that have it, and what it asks the
cluster: the target of a restore, which -f can describe, or the source of a backup.
` + exitCodes

// NewActions returns the command that lists the actions.
func NewActions(streams Streams) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use:     "actions",
		Short:   "List the item actions",
		Long:    actionsHelp,
		Example: `  veltx actions -o json | jq -r '.[] | select(.kind == "BackupItemAction").name'`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			return render.Actions(streams.Out, output.format.value, listActions(), output.coloured(streams))
		},
	}
	output.bind(c.Flags(), render.ListFormats)
	return c
}

// kindsOfActions are the kinds in the order in which they are listed.
var kindsOfActions = []struct {
	kind actions.Kind
	of   func(actions.Profile) []actions.Action
}{
	{actions.RestoreItemAction, builtin.Restore},
	{actions.BackupItemAction, builtin.Backup},
	{actions.ItemBlockAction, builtin.ItemBlock},
	{actions.DeleteItemAction, builtin.Delete},
}

// listActions lists the actions of all kinds and profiles, each once; what differs is told by profile.
func listActions() []render.Action {
	var list []render.Action
	for _, k := range kindsOfActions {
		list = append(list, listKind(k.kind, k.of)...)
	}
	return list
}

func listKind(kind actions.Kind, of func(actions.Profile) []actions.Action) []render.Action {
	var list []render.Action
	for _, profile := range profiles {
		for _, a := range of(profile) {
			i := slices.IndexFunc(list, func(shown render.Action) bool { return shown.Name == a.Name })
			if i < 0 {
				i = len(list)
				list = append(list, render.Action{Name: a.Name, Kind: string(kind), Summary: a.Summary, Feature: a.Feature})
			}
			list[i].Profiles = append(list[i].Profiles, actionIn(profile, a))
		}
	}
	slices.SortFunc(list, func(a, b render.Action) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func actionIn(profile actions.Profile, a actions.Action) render.ActionProfile {
	return render.ActionProfile{
		Velero: string(profile), Resources: a.AppliesTo.Resources, LabelSelector: a.AppliesTo.LabelSelector,
		Needs: a.Needs, Archive: a.Archive,
	}
}
