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
	V1_19   Profile = 1_19_00 // main, of which no release is made yet
	V1_18_3 Profile = 1_18_03
	V1_18   Profile = 1_18_02
	V1_17   Profile = 1_17_02
	V1_16   Profile = 1_16_02
	V1_15   Profile = 1_15_02
	V1_14   Profile = 1_14_01
	V1_13   Profile = 1_13_02
	V1_12   Profile = 1_12_03
	V1_11   Profile = 1_11_01
	V1_10   Profile = 1_10_03
	V1_9    Profile = 1_09_03
	V1_6    Profile = 1_06_03
)

// Newest is the profile where nothing says which Velero restores: that of the newest release.
const Newest = V1_18_3

// Main is how people call the version that no release is made of yet, as Velero's images do, and MainOf says which state of it V1_19 is.
const (
	Main   = "main"
	MainOf = "main of 2026-08-21"
)

// Profiles are the releases that are reproduced, newest first.
func Profiles() []Profile {
	return []Profile{V1_19, V1_18_3, V1_18, V1_17, V1_16, V1_15, V1_14, V1_13, V1_12, V1_11, V1_10, V1_9, V1_6}
}

// release is the profile of a release, reproduced or not.
func release(minor, patch int) Profile { return Profile(1_00_00 + minor*1_00 + patch) }

// Unreleased says that no release of Velero does this yet, so that it may change before one does.
func (p Profile) Unreleased() bool { return p == V1_19 }

// String is the release's number, "1.18.2"; "1.18" is the last one of the minor version, whatever its number, and "1.19" is main.
func (p Profile) String() string {
	if patch := int(p) % 1_00; patch != 99 && !p.Unreleased() {
		return fmt.Sprintf("%s.%d", p.Minor(), patch)
	}
	return p.Minor()
}

func (p Profile) minor() int { return int(p) / 1_00 % 1_00 }

// Minor is the release's number without its last part, "1.18".
func (p Profile) Minor() string { return fmt.Sprintf("%d.%d", int(p)/1_00_00, int(p)/1_00%1_00) }

// Release is the name of the release, "v1.18.2", by which its images are tagged.
func (p Profile) Release() string {
	if p.Unreleased() {
		return Main
	}
	return "v" + p.String()
}

// MarshalText writes the release's number.
func (p Profile) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// ParseProfile reads a version of Velero, "1.18.2", "v1.18.2", "1.18" for the last of that minor version, or "main", and returns the profile that
// stands for it: the one that does most of what the release does, as far as the behaviors tell.
func ParseProfile(text string) (Profile, error) {
	asked, err := ParseRelease(text)
	if err != nil {
		return 0, err
	}
	newest, oldest := Profiles()[0], Profiles()[len(Profiles())-1]
	if asked < release(oldest.minor(), 0) || asked.minor() > newest.minor() {
		return 0, fmt.Errorf("%q is not between %s and %s", text, oldest.Minor(), newest)
	}
	return asked.StandIn(), nil
}

// StandIn is the profile that stands for a release: of those that differ from it in the fewest behaviors the newest.
func (p Profile) StandIn() Profile {
	best, fewest := Newest, int(behaviors)+1
	for _, candidate := range Profiles() {
		if n := len(p.Differs(candidate)); n < fewest {
			best, fewest = candidate, n
		}
	}
	return best
}

// ParseRelease reads a release of Velero, reproduced or not: "1.14.1", "v1.14.1", "1.14" for the last of that minor
// version, or "main".
func ParseRelease(text string) (Profile, error) {
	if text == Main {
		return V1_19, nil
	}
	p, exact, err := parseRelease(strings.TrimPrefix(text, "v"))
	if err != nil {
		return 0, fmt.Errorf("%q is not a release of Velero: give one such as %s", text, Newest)
	}
	if !exact && !p.Unreleased() {
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
