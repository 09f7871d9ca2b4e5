package generate

import (
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
)

func TestEachBackupCanBeRead(t *testing.T) {
	for _, version := range conformance.AllVersions {
		for n := range uint64(200) {
			text, err := Backup(version, 3, n)
			if err != nil {
				t.Fatal(err)
			}
			c, err := conformance.ParseCase(text)
			if err != nil {
				t.Fatalf("case %d: %v\n%s", n, err, text)
			}
			if !c.IsBackup() || len(c.Items) == 0 {
				t.Errorf("case %d is of no backup:\n%s", n, text)
			}
		}
	}
}
