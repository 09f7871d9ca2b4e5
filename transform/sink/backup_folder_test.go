package sink_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/sink"
)

// journal is a store in memory that notes what is done to it; what it is told to refuse fails.
type journal struct {
	store.ObjectStore
	objects map[string]string
	done    []string
	refused string
}

var errRefused = errors.New("no space left")

func (j *journal) do(what string) error {
	if j.refused != "" && strings.Contains(what, j.refused) {
		return errRefused
	}
	j.done = append(j.done, what)
	return nil
}

func (j *journal) ListObjects(_, prefix string) (keys []string, err error) {
	for key := range j.objects {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, j.do("list " + prefix)
}

func (j *journal) PutObject(_, key string, body io.Reader) error {
	text, err := io.ReadAll(body)
	if err := errors.Join(err, j.do("put "+key)); err != nil {
		return err
	}
	j.objects[key] = string(text)
	return nil
}

func (j *journal) DeleteObject(_, key string) error {
	if err := j.do("delete " + key); err != nil {
		return err
	}
	delete(j.objects, key)
	return nil
}

func (j *journal) keys() string {
	keys, _ := j.ListObjects("", "")
	return strings.Join(keys, " ")
}

// backup makes a backup of four files in the journal.
func (j *journal) backup(t *testing.T, force bool) (_ *sink.BackupFolder, temp string) {
	t.Helper()
	temp = t.TempDir()
	f, err := sink.CreateBackupFolder(sink.Place{Store: j, Prefix: "p", Name: "b.1-x"}, force, temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []layout.FileKind{layout.BackupObject, layout.VolumeInfos, layout.Logs} {
		file, err := f.Create(kind)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(file, string(kind))
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Write([]byte("a tarball")); err != nil {
		t.Fatal(err)
	}
	return f, temp
}

func wantEmpty(t *testing.T, temp string) {
	t.Helper()
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

func TestABackupShowsItsObjectLast(t *testing.T) {
	j := &journal{objects: map[string]string{"p/backups/other/velero-backup.json": "", "p/backups/b.1-xy/velero-backup.json": ""}}
	f, temp := j.backup(t, false)
	if f.Name() != "b.1-x" || f.Dir() == "" {
		t.Errorf("name %q in %q", f.Name(), f.Dir())
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	const at = "p/backups/b.1-x/"
	want := []string{"list " + at, "list " + at, "put " + at + "b.1-x-volumeinfo.json.gz", "put " + at + "b.1-x-logs.gz", "put " + at + "b.1-x.tar.gz", "put " + at + "velero-backup.json"}
	if !slices.Equal(j.done, want) {
		t.Errorf("done %q\nwant %q", j.done, want)
	}
	if j.objects[at+"b.1-x.tar.gz"] != "a tarball" || j.objects[at+"velero-backup.json"] != "backup" {
		t.Errorf("the store has %q", j.objects)
	}
	wantEmpty(t, temp)
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a second Commit: %v", err)
	}
	if _, err := f.Write([]byte("more")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("writing behind the end: %v", err)
	} else if want := "backup b.1-x: file already closed"; err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	f.Abort()
}

func TestABackupThatStandsThereIsReplacedOnlyWithForceAndItsObjectGoesFirst(t *testing.T) {
	const at = "p/backups/b.1-x/"
	there := map[string]string{at + "a-stray": "", at + "b.1-x.tar.gz": "", at + "velero-backup.json": "old"}
	for _, whole := range []bool{true, false} {
		j := &journal{objects: map[string]string{at + "b.1-x.tar.gz": ""}}
		want := "a part of it (" + at + "b.1-x.tar.gz)"
		if whole {
			j.objects, want = there, "has it already"
		}
		_, err := sink.CreateBackupFolder(sink.Place{Store: j, Prefix: "p", Name: "b.1-x"}, false, t.TempDir())
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--force") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	j := &journal{objects: there}
	f, temp := j.backup(t, true)
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := slices.DeleteFunc(j.done, func(what string) bool { return !strings.HasPrefix(what, "delete") }); len(got) != 3 || got[0] != "delete "+at+"velero-backup.json" {
		t.Errorf("got %q", got)
	}
	if len(j.objects) != 4 || j.objects[at+"velero-backup.json"] != "backup" {
		t.Errorf("the store has %q", j.objects)
	}
	wantEmpty(t, temp)
}

func TestABackupThatCameMeanwhileIsKept(t *testing.T) {
	j := &journal{objects: map[string]string{}}
	f, temp := j.backup(t, false)
	j.objects["p/backups/b.1-x/velero-backup.json"] = "another"
	if err := f.Commit(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := j.keys(); got != "p/backups/b.1-x/velero-backup.json" {
		t.Errorf("the store has %s", got)
	}
	wantEmpty(t, temp)
}

func TestAStoreThatRefusesLeavesNothingOfTheBackup(t *testing.T) {
	for refused, left := range map[string]string{
		"put p/backups/b.1-x/b.1-x-volumeinfo.json.gz": "", "put p/backups/b.1-x/b.1-x.tar.gz": "", "put p/backups/b.1-x/velero-backup.json": "",
	} {
		j := &journal{objects: map[string]string{}, refused: refused}
		f, temp := j.backup(t, false)
		err := f.Commit()
		if !errors.Is(err, errRefused) || !strings.HasPrefix(err.Error(), "backup b.1-x: ") {
			t.Errorf("%s: got %v", refused, err)
		}
		if got := j.keys(); got != left {
			t.Errorf("%s: %s is left", refused, got)
		}
		wantEmpty(t, temp)
	}
}

// Without its object the rest is no backup, so the rest may go on going; an object that stays keeps all of the rest.
func TestAnOldBackupThatCannotBeDeletedStaysWhole(t *testing.T) {
	const at = "p/backups/b.1-x/"
	for refused, left := range map[string]string{
		"delete " + at + "velero-backup.json": at + "a-stray " + at + "velero-backup.json " + at + "z-stray",
		"delete " + at + "a-stray":            at + "a-stray",
	} {
		j := &journal{objects: map[string]string{at + "a-stray": "", at + "velero-backup.json": "", at + "z-stray": ""}, refused: refused}
		f, temp := j.backup(t, true)
		if err := f.Commit(); !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "make room in the store") {
			t.Errorf("%s: got %v", refused, err)
		}
		if got := j.keys(); got != left {
			t.Errorf("%s: the store has %s, want %s", refused, got, left)
		}
		wantEmpty(t, temp)
	}
}

func TestAStoreThatCannotBeListedIsAnError(t *testing.T) {
	j := &journal{objects: map[string]string{}, refused: "list"}
	if _, err := sink.CreateBackupFolder(sink.Place{Store: j, Name: "b"}, true, t.TempDir()); !errors.Is(err, errRefused) {
		t.Errorf("got %v", err)
	}
}

func TestAnAbortedBackupLeavesNothing(t *testing.T) {
	j := &journal{objects: map[string]string{}}
	f, temp := j.backup(t, false)
	if _, err := f.Create(layout.Logs); err == nil || !strings.Contains(err.Error(), "backup b.1-x: create b.1-x-logs.gz: ") {
		t.Errorf("a file was made twice: %v", err)
	}
	f.Abort()
	f.Abort()
	if got := j.keys(); got != "" {
		t.Errorf("the store has %s", got)
	}
	wantEmpty(t, temp)
}

func TestNamesThatABackupCanHave(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "z": true, "0": true, "9": true, "az-09.b": true, strings.Repeat("a", 253): true,
		"": false, strings.Repeat("a", 254): false, "a_b": false, "`a": false, "{a": false, "/a": false, ":a": false, "A": false,
		"-a": false, "a-": false, ".a": false, "a.": false, "a b": false,
	} {
		temp := t.TempDir()
		f, err := sink.CreateBackupFolder(sink.Place{Store: &journal{}, Name: name}, false, temp)
		// The longest name is one, but no file system takes it with a suffix.
		if refused := err != nil && strings.Contains(err.Error(), "choose another"); refused == ok {
			t.Errorf("%.20q: %v", name, err)
		}
		if f != nil {
			f.Abort()
		}
		wantEmpty(t, temp)
	}
}

func TestATemporaryFolderThatCannotBeMadeIsAnError(t *testing.T) {
	_, err := sink.CreateBackupFolder(sink.Place{Store: &journal{}, Name: "b"}, false, "/nowhere/at/all")
	if err == nil || !strings.Contains(err.Error(), "backup b: create a temporary folder") {
		t.Errorf("got %v", err)
	}
}

// Whoever comes second at whatever moment fails, and the backup is whole: all of it is of one writer.
func TestOfManyWritersOfOneBackupOneWins(t *testing.T) {
	for range 20 {
		dir, temp := t.TempDir(), t.TempDir()
		results := make(chan error)
		const writers = 8
		for i := range writers {
			go func() { results <- writeBackup(dir, temp, string(rune('a'+i))) }()
		}
		won := 0
		for range writers {
			switch err := <-results; {
			case err == nil:
				won++
			case !errors.Is(err, fs.ErrExist) && !errors.Is(err, store.ErrClaimed):
				t.Errorf("got %v", err)
			}
		}
		files, _ := os.ReadDir(dir + "/backups/b")
		if won != 1 || len(files) != 3 {
			t.Fatalf("%d writers won; %v is in the store", won, files)
		}
		whose := map[string]bool{}
		for _, file := range files {
			text, _ := os.ReadFile(dir + "/backups/b/" + file.Name())
			whose[string(text)] = true
		}
		if len(whose) != 1 {
			t.Fatalf("the backup is of %d writers", len(whose))
		}
		wantEmpty(t, temp)
	}
}

func writeBackup(dir, temp, text string) error {
	files, err := store.OpenFileSystem(dir)
	if err != nil {
		return err
	}
	defer files.Close()
	f, err := sink.CreateBackupFolder(sink.Place{Store: files, Name: "b"}, false, temp)
	if err != nil {
		return err
	}
	defer f.Abort()
	_, err = io.WriteString(f, text)
	for _, kind := range []layout.FileKind{layout.Logs, layout.BackupObject} {
		file, createErr := f.Create(kind)
		if createErr != nil {
			return createErr
		}
		_, writeErr := io.WriteString(file, text)
		err = errors.Join(err, writeErr, file.Close())
	}
	return errors.Join(err, f.Commit())
}

// Files that stay open are as many as the manifests of a restore. Without the garbage collector none closes by itself.
func TestNothingStaysOpen(t *testing.T) {
	const open = "/proc/self/fd"
	if _, err := os.Stat(open); err != nil {
		t.Skip(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	count := func() int {
		list, err := os.ReadDir(open)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	type output interface {
		Commit() error
		Abort()
	}
	for name, begin := range map[string]func(t *testing.T) output{
		"a file": func(t *testing.T) output {
			f, err := sink.CreateFile(t.TempDir()+"/out", sink.FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return f
		},
		"a folder": func(t *testing.T) output {
			d, err := sink.CreateDirectory(t.TempDir()+"/out", false, sink.YAML)
			if err != nil {
				t.Fatal(err)
			}
			for i, namespace := range []string{"a", "b", "a"} {
				if err := d.Add(sink.Manifest{Address: layout.Address{Resource: "pods", Namespace: namespace, Name: fmt.Sprint("p", i)}, Object: object.New()}); err != nil {
					t.Fatal(err)
				}
			}
			return d
		},
		"a backup": func(t *testing.T) output {
			f, _ := (&journal{objects: map[string]string{}}).backup(t, false)
			return f
		},
	} {
		for end, ends := range map[string]func(output) error{"Commit": output.Commit, "Abort": func(o output) error { o.Abort(); return nil }} {
			before := count()
			if err := ends(begin(t)); err != nil {
				t.Fatal(err)
			}
			if after := count(); after != before {
				t.Errorf("%s: %d files are open after %s", name, after-before, end)
			}
		}
	}
}
