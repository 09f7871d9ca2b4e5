package cmd

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
)

// chooseActions keeps the actions that --actions and --skip-actions leave, in their order.
func chooseActions(all []actions.Action, profile actions.Profile, only, without []string) ([]actions.Action, error) {
	chosen, err := actionNames("actions", only, all, profile)
	if err != nil {
		return nil, err
	}
	skipped, err := actionNames("skip-actions", without, all, profile)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(a actions.Action) bool {
		return len(chosen) > 0 && !slices.Contains(chosen, a.Name) || slices.Contains(skipped, a.Name)
	}), nil
}

// actionNames checks names of actions; velero.io/ may be left out.
func actionNames(flag string, names []string, all []actions.Action, profile actions.Profile) ([]string, error) {
	var known []string
	for _, a := range all {
		known = append(known, a.Name)
	}
	var full []string
	for _, name := range names {
		if !strings.Contains(name, "/") {
			name = "velero.io/" + name
		}
		if !slices.Contains(known, name) {
			return nil, wrongUsage("--%s: Velero %s has no action %s; there are %s", flag, profile, name, strings.Join(known, ", "))
		}
		full = append(full, name)
	}
	return full, nil
}
