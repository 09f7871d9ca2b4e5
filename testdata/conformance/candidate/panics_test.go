package candidate

import (
	"slices"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
)

// TestWhatVeleroPanicsOverIsForetold has no kept answers: the judge of such a release panics.
func TestWhatVeleroPanicsOverIsForetold(t *testing.T) {
	c, err := conformance.ReadCase("../../cases/volumes/a-snapshot-without-a-claim.txtar")
	if err != nil {
		t.Fatal(err)
	}
	in, err := c.Input()
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]bool{"1.11": false, "1.12": true, "1.13": true, "1.14": true, "1.15": false, "1.18.3": false} {
		ids, err := Findings(version, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(ids, "velero-panics"); got != want {
			t.Errorf("%s: velero-panics is found: %v; %v", version, got, ids)
		}
	}
}
