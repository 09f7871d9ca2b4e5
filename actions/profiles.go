package actions

import (
	"fmt"
	"strings"
)

// Profiles are the Velero versions that are reproduced, newest first.
func Profiles() []Profile { return []Profile{V1_18, V1_6} }

// Release is the release that the profile was read from.
func (p Profile) Release() string {
	if p == V1_6 {
		return "v1.6.3"
	}
	return "v1.18.2"
}

// ParseProfile reads a version, in which a v and the last number do not matter.
func ParseProfile(text string) (Profile, error) {
	version := strings.TrimPrefix(text, "v")
	for _, p := range Profiles() {
		if version == string(p) || strings.HasPrefix(version, string(p)+".") {
			return p, nil
		}
	}
	return "", fmt.Errorf("%q is none of %s", text, ProfileNames())
}

// ProfileNames lists the profiles for people.
func ProfileNames() string {
	var names []string
	for _, p := range Profiles() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}
