package conformance

import "strings"

// OnPurpose is one difference between veltx and Velero that is meant; docs/PARITY.md lists each by its name.
type OnPurpose struct {
	// Name is the difference's name in docs/PARITY.md.
	Name string
	// Version of Velero it is for.
	Version string
	// is says whether a difference is this one.
	is func(Difference) bool
}

// Purposes are all differences that are meant.
func Purposes() []OnPurpose {
	return []OnPurpose{
		{"explicit-node-mapping", "1.18", func(d Difference) bool {
			return strings.HasPrefix(d.Request, "create persistentvolumeclaims/") && strings.HasPrefix(d.Path, "/metadata/annotations") &&
				d.Want == "" && (strings.Contains(d.Path, "selected-node") || strings.Contains(d.Got, `{"volume.kubernetes.io/selected-node":`))
		}},
	}
}

// Unmeant leaves out of a list of differences those that are meant.
func Unmeant(version string, list []Difference) []Difference {
	var unmeant []Difference
next:
	for _, d := range list {
		for _, p := range Purposes() {
			if p.Version == version && p.is(d) {
				continue next
			}
		}
		unmeant = append(unmeant, d)
	}
	return unmeant
}
