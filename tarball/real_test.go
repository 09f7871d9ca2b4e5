package tarball

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/backups"
)

func TestRealBackupsAreReadWhole(t *testing.T) {
	wants := map[string]int{"all": 951, "all-agv": 978, "shop-only": 193}
	for _, folder := range backups.Folders(t) {
		name := filepath.Base(folder)
		want := wants[name]
		source, err := Open(t.Context(), folder, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		if source.Name() != name || source.Format() != FormatTarGz || filepath.Base(source.Path()) != name+".tar.gz" {
			t.Errorf("%s: name %s, format %s, path %s", name, source.Name(), source.Format(), source.Path())
		}
		entries := 0
		err = source.Each(context.Background(), func(e *Entry) error {
			entries++
			body, err := e.Body()
			if err != nil || int64(len(body)) != e.Size {
				t.Errorf("%s: %d bytes of %d, %v", e.Path, len(body), e.Size, err)
			}
			_, err = layout.Parse(e.Path)
			if e.Path != layout.VersionFile && err != nil {
				t.Error(err)
			}
			return nil
		})
		if err != nil || entries != want {
			t.Errorf("%s: %d entries, %v, want %d", name, entries, err, want)
		}
	}
}

func TestFilesBesideARealBackup(t *testing.T) {
	for _, folder := range backups.Folders(t, "all") {
		lookBeside(t, folder)
	}
}

func lookBeside(t *testing.T, folder string) {
	t.Helper()
	source, err := Open(t.Context(), folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	side, err := source.Side()
	if err != nil {
		t.Fatal(err)
	}
	if side.Backup == nil || side.Backup.Name != "all" || side.Backup.Status.FormatVersion != "1.1.0" {
		t.Errorf("backup: %+v", side.Backup)
	}
	if len(side.VolumeSnapshots) != 1 || side.VolumeSnapshots[0].Status.ProviderSnapshotID != "snap-7f0b2e31ddb1b3a84" &&
		side.VolumeSnapshots[0].Spec.VolumeType != "gp3" {
		t.Errorf("volume snapshots: %+v", side.VolumeSnapshots)
	}
	if !side.HasVolumeInfos || len(side.VolumeInfos) == 0 || len(side.PodVolumeBackups) == 0 {
		t.Errorf("volume infos: %v %d, pod volume backups: %d", side.HasVolumeInfos, len(side.VolumeInfos), len(side.PodVolumeBackups))
	}
	counts := map[layout.FileKind]int{}
	for _, file := range side.Files {
		if counts[file.Kind], err = source.CountEntries(file); err != nil {
			t.Error(err)
		}
	}
	if counts[layout.BackupObject] != 1 || counts[layout.ResourceList] != 475 || counts[layout.Results] == 0 || counts[layout.ItemOperations] != 0 {
		t.Errorf("counts: %v", counts)
	}
}
