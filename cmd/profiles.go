package cmd

import (
	"strings"

	"github.com/veltx/veltx/actions"
)

// profiles are the Velero versions that are reproduced, newest first.
var profiles = []actions.Profile{actions.V1_18, actions.V1_6}

// veleroReleases are the releases that the profiles were read from.
var veleroReleases = map[actions.Profile]string{actions.V1_18: "v1.18.2", actions.V1_6: "v1.6.3"}

func profileNames() string {
	var names []string
	for _, profile := range profiles {
		names = append(names, string(profile))
	}
	return strings.Join(names, ", ")
}
