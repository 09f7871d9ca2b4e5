//go:build unix

package tarball

import (
	"archive/tar"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A folder of the object store holds what whoever writes there put into it: a link to a file of the reader's, a pipe on
// which a read never ends.
func TestOnlyRegularFilesOfABackupsFolderAreRead(t *testing.T) {
	backup := `{"metadata":{"name":"b"}}`
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, backup)
	for _, file := range []string{"velero-backup.json", "b.tar.gz", "b-podvolumebackups.json.gz", "b-volumeinfo.json.gz"} {
		for kind, put := range map[string]func(path string) error{
			"a symbolic link": func(path string) error { return os.Symlink(secret, path) },
			"a named pipe":    func(path string) error { return syscall.Mkfifo(path, 0o644) },
		} {
			t.Run(file+" is "+kind, func(t *testing.T) {
				dir := t.TempDir()
				write(t, filepath.Join(dir, "velero-backup.json"), backup)
				write(t, filepath.Join(dir, "b.tar.gz"), string(gz(t, small(t))))
				_ = os.Remove(filepath.Join(dir, file))
				if err := put(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
				err := readWhole(t, dir)
				if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), kind) || !strings.Contains(err.Error(), file) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func readWhole(t *testing.T, dir string) error {
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Side()
	_, digests := s.SideDigests()
	return errors.Join(err, digests)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNamesAreLimited(t *testing.T) {
	name := "resources/" + strings.Repeat("x", maxName-len("resources/"))
	for _, format := range []tar.Format{tar.FormatPAX, tar.FormatGNU} {
		at, over := file(name, "1"), file(name+"x", "1")
		at.Format, over.Format = format, format
		if _, err := readAll(onDisk(t, "b", tarOf(t, at)), Options{}); err != nil {
			t.Errorf("%v: at the limit: %v", format, err)
		}
		wantRefused(t, tarOf(t, over), Options{}, ErrLimit, "4097 bytes", "limit of 4096")
		huge := file("resources/"+strings.Repeat("x", 1<<20-100), "1")
		huge.Format = format
		_, err := readAll(onDisk(t, "b", tarOf(t, huge)), Options{})
		if !errors.Is(err, ErrLimit) || len(err.Error()) > 2000 {
			t.Errorf("%v: 1 MiB: got %.300v", format, err)
		}
	}
}
