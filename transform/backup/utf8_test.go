package backup_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// Each item has a byte that is no UTF-8, wherever its kind is looked at.
func TestBytesThatAreNoTextAreReplacedAndTold(t *testing.T) {
	b := backuptest.New("nightly")
	b.Replace("resources/", `"metadata":{`, "\"metadata\":{\"annotations\":{\"a\":\"\xff\"},")
	o := options(actions.V1_18, velero.BackupSpec{})
	source, err := backup.FromBackup(context.Background(), b.Open(t, tarball.Options{}), o)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	told, included := 0, 0
	sink := report.SinkFunc(func(i *report.Item) error {
		if i.Outcome == report.Include {
			included++
			for _, w := range i.Warnings {
				if w.ID == "invalid-utf8" {
					told++
				}
			}
			if !utf8.Valid(i.Body) || !strings.Contains(string(i.Body), "\uFFFD") {
				t.Errorf("%s/%s: has %q", i.Resource, i.Name, i.Body)
			}
		}
		return nil
	})
	var out bytes.Buffer
	if _, err := backup.Write(context.Background(), source, o, pack.New(&out, nil, pack.Options{}), sink); err != nil {
		t.Fatal(err)
	}
	if included < 8 || told != included {
		t.Errorf("%d of %d items are told of", told, included)
	}
}
