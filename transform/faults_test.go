package transform_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
)

// faultRow is a row of the table of Velero's faults in docs/PARITY.md: what happens, the case, the finding.
var faultRow = regexp.MustCompile("(?m)^\\| [^|]+ \\| `([^`]+\\.txtar)` \\| ([a-z0-9.-]+) \\|$")

// The documentation says of each fault which finding warns of it: the preview of its case has that.
func TestThePreviewWarnsOfEachFaultOfVelero(t *testing.T) {
	parity, err := os.ReadFile("../docs/PARITY.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := faultRow.FindAllStringSubmatch(string(parity), -1)
	if len(rows) < 9 {
		t.Errorf("docs/PARITY.md has %d faults with a finding", len(rows))
	}
	for _, row := range rows {
		c, err := conformance.ReadCase(filepath.Join(casesDir, row[1]))
		if err != nil {
			t.Fatal(err)
		}
		in, err := c.Input()
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, version := range c.Told() {
			ids, err := candidate.Findings(version, in)
			if err != nil {
				t.Fatalf("%s: %v", row[1], err)
			}
			found = append(found, ids...)
		}
		if !slices.Contains(found, row[2]) {
			t.Errorf("%s: no finding %s among %q", row[1], row[2], found)
		}
	}
}
