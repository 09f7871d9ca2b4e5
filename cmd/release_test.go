package cmd

import "testing"

func TestTheReleaseInATag(t *testing.T) {
	for image, want := range map[string]string{
		"velero/velero:v1.16.2":                            "v1.16.2",
		"example.com:5000/velero/velero:v1.9.3_vmware.1":   "v1.9.3",
		"velero:v1.18.3-rc.1":                              "v1.18.3",
		"example.com:5000/velero":                          "",
		"velero/velero:v1.17.0@sha256:0123456789abcdef":    "v1.17.0",
		"example.com/velero@sha256:0123456789abcdef012345": "",
		"": "",
	} {
		if got := tagOf(image); got != want {
			t.Errorf("%s: got %q, want %q", image, got, want)
		}
	}
}
