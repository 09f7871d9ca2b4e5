package cmd

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
)

// versionTable is the table of PARITY.md's section Versions.
var versionTable = regexp.MustCompile(`(?s)## Versions\n.*?\|---\|---\|---\|\n(.*?)\n\n`)

// TestParityHasTheVersionsOfTheCode holds PARITY.md's table of versions against the behaviors; UPDATE_PARITY writes it.
func TestParityHasTheVersionsOfTheCode(t *testing.T) {
	text := read(t, parity)
	at := versionTable.FindStringSubmatchIndex(text)
	if at == nil {
		t.Fatalf("%s has no table of versions", parity)
	}
	now := text[:at[2]] + strings.TrimSuffix(versionRows(), "\n") + text[at[3]:]
	switch {
	case now == text:
	case os.Getenv("UPDATE_PARITY") == "":
		t.Errorf("the table of versions in %s is not that of the code; make update writes it:\n%s", parity, firstDifference(text, now))
	default:
		if err := os.WriteFile(filepath.Join(root, parity), []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// versionRows has a row for each release that begins or ends a behavior, oldest first.
func versionRows() string {
	list := actions.Behaviors()
	slices.SortStableFunc(list, func(a, b actions.BehaviorPage) int { return cmp.Compare(turn(a), turn(b)) })
	var out strings.Builder
	for _, page := range list {
		what := "since " + page.Since.String()
		switch {
		case page.Since == 0:
			what = "until " + page.Until.String()
		case page.Until != 0:
			what += " until " + page.Until.String()
		}
		fmt.Fprintf(&out, "| %s | %s | `%s` |\n", what, page.Sentence, page.Source)
	}
	return out.String()
}

func turn(p actions.BehaviorPage) actions.Profile { return cmp.Or(p.Since, p.Until) }
