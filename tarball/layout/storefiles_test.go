package layout

import "testing"

func TestNamesOfAFileGoBothWays(t *testing.T) {
	kinds := []FileKind{BackupObject}
	for _, s := range sideSuffixes {
		kinds = append(kinds, s.kind)
	}
	for _, backup := range []string{"b", "b-csi", "b-data", "b-logs.gz", "nightly-20260101"} {
		for _, kind := range kinds {
			name := FileName(backup, kind)
			if got, ok := KindOf(backup, name); !ok || got != kind {
				t.Errorf("KindOf(%s, %s) = %q, %v, want %q", backup, name, got, ok, kind)
			}
		}
	}
}

func TestNamesAsVeleroWritesThem(t *testing.T) {
	for kind, want := range map[FileKind]string{
		BackupObject: "velero-backup.json", Tarball: "b.tar.gz", Logs: "b-logs.gz", Results: "b-results.gz",
		VolumeInfos: "b-volumeinfo.json.gz", ResourceList: "b-resource-list.json.gz",
		CSIVolumeSnapshots: "b-csi-volumesnapshots.json.gz", "other": "",
	} {
		if got := FileName("b", kind); got != want {
			t.Errorf("FileName(b, %s) = %q, want %q", kind, got, want)
		}
	}
}

func TestFilesOfAnotherBackup(t *testing.T) {
	for _, file := range []string{"other.tar.gz", "b2.tar.gz", "b-podvolumebackups.json", "README", ""} {
		if kind, ok := KindOf("b", file); ok {
			t.Errorf("KindOf(b, %s) = %q, want none", file, kind)
		}
	}
	if kind, ok := KindOf("b", DownloadedTarball("b")); !ok || kind != Tarball {
		t.Errorf("the downloaded tarball is %q, %v", kind, ok)
	}
}

func TestBackupOfTarball(t *testing.T) {
	for file, want := range map[string]string{
		"b.tar.gz": "b", "b-data.tar.gz": "b", "b.tgz": "b", "b.tar": "b", "b": "b", "b.v1.tar.gz": "b.v1", "-data.tar.gz": "-data",
	} {
		if got := BackupOfTarball(file); got != want {
			t.Errorf("BackupOfTarball(%s) = %s, want %s", file, got, want)
		}
	}
}
