package transform_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// volumeCase is a backup with its volumes, in the text of the conformance cases, as a folder, and its options.
func volumeCase(t *testing.T, text string) (folder string, o *restore.Options) {
	t.Helper()
	c, err := conformance.ParseCase([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tarball, err := c.Tarball()
	if err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(t.TempDir(), "b")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for kind, data := range map[layout.FileKind][]byte{
		layout.Tarball: tarball, layout.BackupObject: c.Backup,
		layout.PodVolumeBackups: zipped(c.PodVolumeBackups), layout.VolumeSnapshots: zipped(c.VolumeSnapshots),
		layout.VolumeInfos: zipped(c.VolumeInfo), layout.CSIVolumeSnapshots: zipped(c.CSIVolumeSnapshots),
	} {
		if data == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, layout.FileName("b", kind)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var in config.Inputs
	for _, doc := range append([][]byte{c.Restore}, c.Target...) {
		if err := in.Read("case", bytes.NewReader(doc)); err != nil {
			t.Fatal(err)
		}
	}
	o = &restore.Options{
		Profile: actions.V1_18, Restore: in.Restore, Target: in.Objects, Actions: builtin.Restore(actions.V1_18),
		Features: c.Features, Secrets: true,
	}
	if c.Modifiers != nil {
		if o.Modifiers, err = modifiers.Parse(c.Modifiers); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	return folder, o
}

func zipped(data []byte) []byte {
	if data == nil {
		return nil
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(data)
	_ = zip.Close()
	return out.Bytes()
}

// previewVolumes previews and returns the items by resource and name, and the summary.
func previewVolumes(t *testing.T, folder string, o *restore.Options) (map[string]report.Item, *report.Summary) {
	t.Helper()
	items := map[string]report.Item{}
	summary, err := restore.Preview(context.Background(), open(t, folder), o, report.SinkFunc(func(i *report.Item) error {
		items[i.Resource+"/"+i.OriginalName] = *i
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return items, summary
}
