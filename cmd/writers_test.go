package cmd

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// Two processes that write one backup start at one moment: one of them fails, and the backup is the other's.
func TestOfTwoProcessesThatWriteOneBackupOneWins(t *testing.T) {
	for range 10 {
		dir := folderWithStore(t)
		results := make(chan error)
		for range 2 {
			go func() {
				results <- veltx(dir, "backup", "--sample", "-o", "bucket", "--to-store", "--backup-name", "b", "-q")
			}()
		}
		first, second := <-results, <-results
		if (first == nil) == (second == nil) {
			t.Fatalf("got %v and %v, want one error", first, second)
		}
		if lost := errors.Join(first, second).Error(); !strings.Contains(lost, "another process is writing there") && !strings.Contains(lost, "--force") {
			t.Errorf("the one that failed says %s", lost)
		}
		if err := veltx(dir, "verify", "b", "--store", "bucket"); err != nil {
			t.Error(err)
		}
	}
}

func TestADeletionKeepsOffWhatIsBeingWritten(t *testing.T) {
	dir := folderWithStore(t)
	if err := veltx(dir, "backup", "--sample", "-o", "bucket", "--to-store", "--backup-name", "b", "-q"); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenFileSystem(filepath.Join(dir, "bucket"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	release, err := s.Claim(store.NoBucket, layout.BackupKey("", "b", layout.BackupObject))
	if err != nil {
		t.Fatal(err)
	}
	remove := []string{"delete", "b", "--store", "bucket", "--confirm"}
	if err := veltx(dir, remove...); err == nil || !strings.Contains(err.Error(), "backup b: another process is writing there") {
		t.Errorf("got %v", err)
	}
	if err := veltx(dir, "verify", "b", "--store", "bucket"); err != nil {
		t.Errorf("the backup is not whole: %v", err)
	}
	release()
	if err := veltx(dir, remove...); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "bucket")); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// folderWithStore is a folder with an empty store, bucket.
func folderWithStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bucket"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// veltx runs the program as a process of its own; the error has what it says.
func veltx(dir string, args ...string) error {
	c := exec.Command("veltx", args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return errors.New(err.Error() + ": " + string(out))
	}
	return nil
}
