// Package backups finds the real backups that tests run on: those of this folder, whose secrets are redacted, and the
// recordings of a real cluster that may stand beside the checkout, in ../shared/real/backups.
package backups

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Homes are the folders with real backups, this one first.
func Homes(t testing.TB) []string {
	t.Helper()
	root := root(t)
	homes := []string{filepath.Join(root, "testdata", "backups")}
	if recorded := filepath.Join(root, "..", "shared", "real", "backups"); isFolder(recorded) {
		homes = append(homes, recorded)
	}
	return homes
}

// Folders are the backups of these names as folders of the object store; without names, all there are.
func Folders(t testing.TB, names ...string) []string {
	t.Helper()
	var found []string
	for _, home := range Homes(t) {
		folders, err := filepath.Glob(filepath.Join(home, "*", "velero-backup.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range folders {
			folder := filepath.Dir(f)
			if len(names) == 0 || slices.Contains(names, filepath.Base(folder)) {
				found = append(found, folder)
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no real backup %q in %q", names, Homes(t))
	}
	return found
}

// Tarball is the archive in a backup's folder.
func Tarball(folder string) string {
	return filepath.Join(folder, filepath.Base(folder)+".tar.gz")
}

// root is the root of the repository, seen from the package whose tests run.
func root(t testing.TB) string {
	t.Helper()
	for dir := "."; len(dir) < 100; dir = filepath.Join("..", dir) {
		if isFolder(filepath.Join(dir, "testdata", "backups")) {
			return dir
		}
	}
	t.Fatal("no folder above this one has testdata/backups")
	return ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
