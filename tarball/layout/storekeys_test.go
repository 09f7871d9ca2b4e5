package layout

import "testing"

func TestKeysOfAStore(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{BackupsPrefix(""), "backups/"},
		{BackupsPrefix("/east/"), "east/backups/"},
		{RestoresPrefix("east"), "east/restores/"},
		{BackupPrefix("a/b", "nightly"), "a/b/backups/nightly/"},
		{BackupKey("", "nightly", BackupObject), "backups/nightly/velero-backup.json"},
		{BackupKey("east", "nightly", Tarball), "east/backups/nightly/nightly.tar.gz"},
		{BackupKey("", "nightly", CSIVolumeSnapshots), "backups/nightly/nightly-csi-volumesnapshots.json.gz"},
		{RepositoryPrefix("", "kopia", "shop"), "kopia/shop/"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}
