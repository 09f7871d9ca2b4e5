package sink

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// wantTree checks that a folder holds these files and nothing else; folders are listed with a slash at the end.
// What a folder has for kustomize is looked at in kustomization_test.go.
func wantTree(t *testing.T, root string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if e.IsDir() {
			if entries, err := os.ReadDir(path); err == nil && len(entries) == 0 {
				got[name+"/"] = ""
			}
			return nil
		}
		if e.Name() == kustomizationFile {
			return nil
		}
		text, err := os.ReadFile(path)
		got[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range got {
		if w, ok := want[name]; !ok {
			t.Errorf("%s is there", name)
		} else if text != w {
			t.Errorf("%s holds %q, want %q", name, text, w)
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want an error with %q", err, text)
	}
}

func TestAFileShowsOnlyAfterCommit(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	a, err := CreateFile(out, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("bytes")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("shows before Commit: %v", err)
	}
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	a.Abort()
	wantTree(t, dir, map[string]string{"out.tar.gz": "bytes"})
	if info, _ := os.Stat(out); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := a.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a second Commit: %v", err)
	}
	if _, err := a.Write(nil); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Commit: %v", err)
	}
}

func TestAnAbortedFileLeavesNothing(t *testing.T) {
	for _, force := range []bool{false, true} {
		dir := t.TempDir()
		want := map[string]string{}
		out := filepath.Join(dir, "out.tar.gz")
		if force {
			write(t, out, "old")
			want["out.tar.gz"] = "old"
		}
		a, err := CreateFile(out, FileOptions{Replace: force})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Write([]byte("new")); err != nil {
			t.Fatal(err)
		}
		a.Abort()
		a.Abort()
		wantTree(t, dir, want)
		if err := a.Commit(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Commit after Abort: %v", err)
		}
		wantTree(t, dir, want)
	}
}

func TestAnExistingFileIsReplacedOnlyWithForce(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	write(t, out, "old")
	_, err := CreateFile(out, FileOptions{})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("without force: %v", err)
	}
	wantError(t, err, "--force")
	a, err := CreateFile(out, FileOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, map[string]string{"out.tar.gz": "new"})
}

func TestAFileThatCameMeanwhileIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	a, err := CreateFile(out, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, out, "theirs")
	wantError(t, a.Commit(), "while veltx was writing")
	wantTree(t, dir, map[string]string{"out.tar.gz": "theirs"})
}

func TestTheOutputIsNeverAnInput(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.tar.gz")
	write(t, in, "input")
	info, err := os.Stat(in)
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{in}
	for name, link := range map[string]func(string, string) error{"soft": os.Symlink, "hard": os.Link} {
		if err := link(in, filepath.Join(dir, name)); err != nil {
			t.Logf("%s links: %v", name, err)
			continue
		}
		paths = append(paths, filepath.Join(dir, name))
	}
	for _, path := range paths {
		for _, force := range []bool{false, true} {
			_, err := CreateFile(path, FileOptions{Replace: force, Inputs: []os.FileInfo{info}})
			wantError(t, err, "the output is the input")
		}
	}
}

func TestALinkIsFollowedToTheFileThatIsReplaced(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "real/out.tar.gz"), "old")
	link := filepath.Join(dir, "link.tar.gz")
	if err := os.Symlink(filepath.Join("real", "out.tar.gz"), link); err != nil {
		t.Skipf("links: %v", err)
	}
	a, err := CreateFile(link, FileOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, map[string]string{"real/out.tar.gz": "new", "link.tar.gz": "new"})
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v, %v", info.Mode(), err)
	}
}

func TestPlacesThatCannotHoldAFileAreClearErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "")
	for path, want := range map[string]string{
		filepath.Join(dir, "missing", "out.tar.gz"): "make it first",
		filepath.Join(dir, "file", "out.tar.gz"):    "not a",
		dir:                                         "is a folder: name a file",
	} {
		_, err := CreateFile(path, FileOptions{Replace: true})
		wantError(t, err, want)
		wantError(t, err, path)
	}
	if runtime.GOOS == "linux" {
		_, err := CreateFile("/dev/null", FileOptions{Replace: true})
		wantError(t, err, "not a regular file")
	}
	wantTree(t, dir, map[string]string{"file": ""})
}

func TestAFailedWriteNamesTheOutputAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	a, err := CreateFile(out, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a.out = failing{}
	_, err = a.Write([]byte("bytes"))
	wantError(t, err, "write "+out+": no space left")
	a.Abort()
	wantTree(t, dir, nil)
}

func TestAFullDiskIsAClearError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	a, err := CreateFile(out, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a.file.Close()
	a.file, a.out = full, full
	_, err = a.Write(make([]byte, 1<<20))
	wantError(t, err, "write "+out+": no space left on device")
	a.Abort()
	wantTree(t, dir, nil)
}

// A file that can no longer be written to stands for a disk that fails at the very end.
func TestAFailedCommitLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.gz")
	write(t, out, "old")
	a, err := CreateFile(out, FileOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	a.file.Close()
	wantError(t, a.Commit(), "write "+out)
	wantTree(t, dir, map[string]string{"out.tar.gz": "old"})
}

type failing struct{}

func (failing) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "/temporary", Err: errors.New("no space left on device")}
}

func TestWhatHasEndedIsClosedInPlainWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for _, end := range []func(*File) error{(*File).Commit, func(f *File) error { f.Abort(); return nil }} {
		f, err := CreateFile(path, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := end(f); err != nil {
			t.Fatal(err)
		}
		want := "write " + path + ": file already closed"
		if err := f.Commit(); err == nil || err.Error() != want {
			t.Errorf("Commit: got %v, want %s", err, want)
		}
		if _, err := f.Write([]byte("x")); err == nil || err.Error() != want {
			t.Errorf("Write: got %v, want %s", err, want)
		}
		os.Remove(path)
	}
}
