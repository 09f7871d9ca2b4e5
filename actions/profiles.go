package actions

import (
	"fmt"
	"strconv"
	"strings"
)

// Profile is the release of Velero whose behaviour is reproduced. Profiles are ordered as their releases are; the zero
// value is none.
type Profile int

// The profiles there are.
const (
	V1_18_3 Profile = 1_18_03
	V1_18   Profile = 1_18_02
	V1_6    Profile = 1_06_03
)

// Newest is the profile where nothing says which Velero restores.
const Newest = V1_18_3

// Profiles are the releases that are reproduced, newest first.
func Profiles() []Profile { return []Profile{V1_18_3, V1_18, V1_6} }

// release is the profile of a release, reproduced or not.
func release(minor, patch int) Profile { return Profile(1_00_00 + minor*1_00 + patch) }

// String is the release's number, "1.18.2"; "1.18" is the last one of the minor version, whatever its number.
func (p Profile) String() string {
	if patch := int(p) % 1_00; patch != 99 {
		return fmt.Sprintf("%s.%d", p.Minor(), patch)
	}
	return p.Minor()
}

// Minor is the release's number without its last part, "1.18".
func (p Profile) Minor() string { return fmt.Sprintf("%d.%d", int(p)/1_00_00, int(p)/1_00%1_00) }

// Release is the name of the release, "v1.18.2".
func (p Profile) Release() string { return "v" + p.String() }

// MarshalText writes the release's number.
func (p Profile) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// ParseProfile reads a version of Velero, "1.18.2", "v1.18.2" or "1.18", and returns the profile that stands for it: the
// release itself, else the one before it of the same minor version, else the one after.
func ParseProfile(text string) (Profile, error) {
	asked, exact, err := parseRelease(strings.TrimPrefix(text, "v"))
	if err != nil {
		return 0, fmt.Errorf("%q is not a version of Velero: give one such as %s", text, Newest)
	}
	var nearest Profile
	for _, p := range Profiles() {
		if p.Minor() != asked.Minor() {
			continue
		}
		if nearest = p; !exact || p <= asked {
			break
		}
	}
	if nearest != 0 {
		return nearest, nil
	}
	return 0, fmt.Errorf("%q is not one of %s", text, ProfileNames())
}

// ParseRelease reads a release of Velero, reproduced or not: "1.14.1", "v1.14.1", or "1.14" for the last of that minor
// version.
func ParseRelease(text string) (Profile, error) {
	p, exact, err := parseRelease(strings.TrimPrefix(text, "v"))
	if err != nil {
		return 0, fmt.Errorf("%q is no release of Velero: give one such as %s", text, Newest)
	}
	if !exact {
		p += 99
	}
	return p, nil
}

// parseRelease reads "1.18.2", or "1.18", which is not exact.
func parseRelease(text string) (p Profile, exact bool, err error) {
	parts := strings.Split(text, ".")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "1" {
		return 0, false, fmt.Errorf("want 1.MINOR or 1.MINOR.PATCH")
	}
	numbers := [2]int{}
	for i, part := range parts[1:] {
		n, err := strconv.ParseUint(part, 10, 7)
		if err != nil || n > 99 {
			return 0, false, fmt.Errorf("want 1.MINOR or 1.MINOR.PATCH")
		}
		numbers[i] = int(n)
	}
	return release(numbers[0], numbers[1]), len(parts) == 3, nil
}

// ProfileNames lists the profiles for people.
func ProfileNames() string {
	var names []string
	for _, p := range Profiles() {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}
