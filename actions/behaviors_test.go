package actions_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
)

func TestEachBehaviorHasItsPage(t *testing.T) {
	seen := map[string]bool{}
	for i, page := range actions.Behaviors() {
		switch {
		case page.Name == "" || page.Sentence == "" || page.Source == "":
			t.Errorf("behavior %d has no whole page: %+v", i, page)
		case seen[page.Name]:
			t.Errorf("%s stands there twice", page.Name)
		case (page.Since == 0) == (page.Until == 0) && page.Since >= page.Until:
			t.Errorf("%s: since %s, until %s", page.Name, page.Since, page.Until)
		}
		seen[page.Name] = true
	}
}

func TestAProfileDoesWhatItsReleaseDoes(t *testing.T) {
	for _, test := range []struct {
		profile  actions.Profile
		behavior actions.Behavior
		does     bool
	}{
		{actions.V1_18, actions.KeepsFinalizers, true},
		{actions.V1_6, actions.KeepsFinalizers, false},
		{actions.V1_18, actions.TypesOf119, false},
		{actions.V1_6, actions.TypesOf119, true},
		{actions.V1_18, actions.NeedsVolumesForPodVolumes, true}, // since 1.9.1, until 1.18.3
		{actions.V1_6, actions.NeedsVolumesForPodVolumes, false},
	} {
		if got := test.profile.Does(test.behavior); got != test.does {
			t.Errorf("%s %s: got %v", test.profile, actions.Behaviors()[test.behavior].Name, got)
		}
	}
}

func TestVersionsOfVelero(t *testing.T) {
	for text, want := range map[string]string{
		"main": "1.19", "1.19": "1.19", "v1.19.0": "1.19", "1.19.3": "1.19", "1.18": "1.18.3", "v1.18.2": "1.18.2", "1.18.0": "1.18.2", "1.18.9": "1.18.3", "1.6": "1.6.3", "v1.6.3": "1.6.3", "1.6.0": "1.6.3",
		"1.7": "1.6.3", "1.17": "1.17.2", "1.17.0": "1.17.2",
		"1.9.3": "1.9.3", "1.9": "1.9.3", "1.9.0": "1.9.3", "1.10": "1.10.3", "1.10.0": "1.10.3", "1.11": "1.11.1", "1.12.0": "1.12.3", "1.12": "1.12.3", "1.13.0": "1.13.2",
	} {
		if got, err := actions.ParseProfile(text); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "is not a release", "2.0": "is not a release", "1": "is not a release", "1.x": "is not a release", "1.-6": "is not a release", "1.18.2.1": "is not a release", "1.100": "is not a release", "1.5": `"1.5" is not between 1.6 and 1.19`, "1.20": "is not between", "vmain": "is not a release",
	} {
		if got, err := actions.ParseProfile(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want an error with %q", text, got, err, want)
		}
	}
}

// TestNoClauseComparesReleases looks for profiles by name in what is not a test: a clause asks for a behavior.
func TestNoClauseComparesReleases(t *testing.T) {
	compares := regexp.MustCompile(`[=!<>]= *actions\.V1_|Profile *[=!]= *(?:[^0= n]|n[^i])`)
	for _, root := range []string{"../actions", "../transform", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for n, line := range bytes.Split(text, []byte("\n")) {
				if compares.Match(line) {
					t.Errorf("%s:%d: %s", path, n+1, line)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
