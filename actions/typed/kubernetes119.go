package typed

import (
	_ "embed"
	"strings"
)

//go:embed newer-than-1.19.txt
var newerFields string

// newerThan119 are fields that Kubernetes got after 1.19, whose types Velero 1.6 has: those of pods, Services,
// ServiceAccounts and Jobs, and of what these are made of. A test compares the list with the types of both versions.
var newerThan119 = func() map[string]bool {
	newer := map[string]bool{}
	for _, name := range strings.Fields(newerFields) {
		newer[name] = true
	}
	return newer
}()

// goneSince119 are fields that those types had and have no longer.
var goneSince119 = map[string][]string{
	"v1.EphemeralVolumeSource": {"readOnly"},
	"v1.ObjectMeta":            {"clusterName"},
	"v1.ServiceSpec":           {"ipFamily", "topologyKeys"},
}
