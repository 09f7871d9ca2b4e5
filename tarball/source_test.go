package tarball

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
)

// writeFiles makes a folder of files.
func writeFiles(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "nightly")
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func wantSource(t *testing.T, path string, o Options, name, format string) *Source {
	t.Helper()
	source, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { source.Close() })
	if source.Name() != name || source.Format() != format {
		t.Errorf("name %q, format %q, want %q, %q", source.Name(), source.Format(), name, format)
	}
	want, err := readBytes(small(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for pass := range 2 {
		got, err := bodiesOf(source)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("pass %d: %d entries, %v, want %d", pass, len(got), err, len(want))
		}
	}
	return source
}

func TestFormatsAreToldByContent(t *testing.T) {
	data := small(t)
	wantSource(t, onDisk(t, "b.tar.gz", gz(t, data)), Options{}, "b", FormatTarGz)
	wantSource(t, onDisk(t, "b-data.tar.gz", data), Options{}, "b", FormatTar)
	wantSource(t, onDisk(t, "b.zip", gz(t, data)), Options{}, "b.zip", FormatTarGz)
	path := onDisk(t, "b.tar", data)
	if source := wantSource(t, path, Options{}, "b", FormatTar); source.Path() != path {
		t.Errorf("path %q", source.Path())
	}
}

func TestStandardInputIsSpooled(t *testing.T) {
	for format, data := range map[string][]byte{FormatTar: small(t), FormatTarGz: gz(t, small(t))} {
		dir := t.TempDir()
		source := wantSource(t, "-", Options{Stdin: bytes.NewReader(data), TempDir: dir}, "stdin", format)
		if source.Path() != "" {
			t.Errorf("path %q", source.Path())
		}
		if err := source.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestBadStandardInput(t *testing.T) {
	dir := t.TempDir()
	data := gz(t, small(t))
	_, err := readAll("-", Options{Stdin: bytes.NewReader(data[:100]), TempDir: dir})
	wantError(t, err, ErrTruncated, "standard input")
	if _, err = readAll("-", Options{TempDir: dir}); err == nil || !strings.Contains(err.Error(), "standard input: there is none") {
		t.Errorf("without standard input: %v", err)
	}
	_, err = readAll("-", Options{Stdin: strings.NewReader("hello"), TempDir: dir})
	wantError(t, err, ErrNotBackup, "standard input")
	_, err = readAll("-", Options{Stdin: bytes.NewReader(data), TempDir: dir, Limits: Limits{TotalBytes: 10}})
	wantError(t, err, ErrLimit, "standard input")
	_, err = readAll("-", Options{Stdin: io.MultiReader(bytes.NewReader(data[:50]), broken{}), TempDir: dir})
	wantError(t, err, errBroken, "standard input")
	_, err = readAll("-", Options{Stdin: bytes.NewReader(data), TempDir: filepath.Join(dir, "no-such")})
	wantError(t, err, os.ErrNotExist, "standard input")
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

var errBroken = errors.New("the cable fell out")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

func TestAnInterruptEndsTheWaitForStandardInput(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe() // nobody writes
	defer out.Close()
	cancel()
	_, err := Open(ctx, "-", Options{Stdin: in, TempDir: t.TempDir()})
	wantError(t, err, context.Canceled)
}

func TestAnInterruptEndsReading(t *testing.T) {
	source, err := Open(t.Context(), onDisk(t, "b", small(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	ctx, cancel := context.WithCancel(t.Context())
	visits := 0
	err = source.Each(ctx, func(*Entry) error {
		visits++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

func TestAFolderWithAnUnpackedBackup(t *testing.T) {
	bodies, err := readBytes(small(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for name, body := range bodies {
		files[name] = []byte(body)
	}
	files[".git/config"], files[".DS_Store"] = []byte("x"), []byte("x")
	dir := writeFiles(t, files)
	source := wantSource(t, dir, Options{}, "nightly", FormatFolder)
	if source.Path() != dir {
		t.Errorf("path %q, want %q", source.Path(), dir)
	}
	_, err = readAll(dir, Options{Limits: Limits{EntryBytes: 100}})
	wantError(t, err, ErrLimit, dir, "raise")
	_, err = readAll(dir, Options{Limits: Limits{TotalBytes: 520}})
	wantError(t, err, ErrLimit, dir, "raise")
	_, err = readAll(dir, Options{Limits: Limits{Entries: 4}})
	wantError(t, err, ErrLimit, dir, "raise")
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "resources", "link.json")); err != nil {
		t.Skip("no symbolic links here")
	}
	_, err = readAll(dir, Options{})
	wantError(t, err, ErrEntryType, "resources/link.json", "symbolic link")
}

func TestAFolderThatIsNoBackup(t *testing.T) {
	dir := writeFiles(t, map[string][]byte{"nightly.tar.gz": gz(t, small(t))})
	_, err := Open(t.Context(), dir, Options{})
	wantError(t, err, ErrNotBackup, dir, "velero-backup.json")
}

// store returns the files of a backup's folder in the object store.
func store(t testing.TB, name string) map[string][]byte {
	return map[string][]byte{
		"velero-backup.json":                           []byte(`{"metadata":{"name":"` + name + `"},"status":{"formatVersion":"1.1.0"}}`),
		layout.FileName(name, layout.Tarball):          gz(t, small(t)),
		layout.FileName(name, layout.PodVolumeBackups): gz(t, []byte(`[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]`)),
		layout.FileName(name, layout.Logs):             gz(t, []byte("one\ntwo\n")),
		layout.FileName(name, layout.Results):          gz(t, []byte(`{"errors":{"velero":["x"]},"warnings":{"namespaces":{"a":["1","2"]}}}`)),
		layout.FileName(name, layout.ResourceList):     gz(t, []byte(`{"v1/Namespace":["shop"],"v1/Pod":["shop/a","shop/b"]}`)),
	}
}

func TestABackupsFolderInTheObjectStore(t *testing.T) {
	files := store(t, "b1")
	dir := writeFiles(t, files)
	source := wantSource(t, dir, Options{}, "b1", FormatTarGz)
	if source.Path() != filepath.Join(dir, "b1.tar.gz") {
		t.Errorf("path %q", source.Path())
	}
	side, err := source.Side()
	if err != nil {
		t.Fatal(err)
	}
	if side.Backup.Name != "b1" || len(side.PodVolumeBackups) != 2 || side.HasVolumeInfos || side.VolumeInfos != nil {
		t.Errorf("side files: %+v", side)
	}
	counts := map[layout.FileKind]int{}
	for _, file := range side.Files {
		if file.Size != int64(len(files[file.Name])) {
			t.Errorf("%s: %d bytes", file.Name, file.Size)
		}
		if counts[file.Kind], err = source.CountEntries(file); err != nil {
			t.Error(err)
		}
	}
	want := map[layout.FileKind]int{layout.BackupObject: 1, layout.PodVolumeBackups: 2, layout.Logs: -1, layout.Results: 3, layout.ResourceList: 3}
	if !maps.Equal(counts, want) {
		t.Errorf("counts %v, want %v", counts, want)
	}
}

func TestTheTarballOfAFolder(t *testing.T) {
	renamed := func(from, to string) map[string][]byte {
		files := store(t, "b1")
		files[to] = files[from]
		delete(files, from)
		return files
	}
	t.Run("as velero backup download calls it", func(t *testing.T) {
		source := wantSource(t, writeFiles(t, renamed("b1.tar.gz", "b1-data.tar.gz")), Options{}, "b1", FormatTarGz)
		if side, err := source.Side(); err != nil || len(side.PodVolumeBackups) != 2 {
			t.Errorf("side files: %+v, %v", side, err)
		}
	})
	t.Run("the only one", func(t *testing.T) {
		wantSource(t, writeFiles(t, renamed("b1.tar.gz", "other.tar.gz")), Options{}, "b1", FormatTarGz)
	})
	t.Run("none", func(t *testing.T) {
		_, err := Open(t.Context(), writeFiles(t, renamed("b1.tar.gz", "other.zip")), Options{})
		wantError(t, err, ErrNotBackup, "no tarball b1.tar.gz")
	})
	t.Run("one of two", func(t *testing.T) {
		files := renamed("b1.tar.gz", "x.tar.gz")
		files["y.tar.gz"] = files["x.tar.gz"]
		_, err := Open(t.Context(), writeFiles(t, files), Options{})
		wantError(t, err, ErrNotBackup, "several tarballs")
	})
}

func TestABareTarballHasNoSideFiles(t *testing.T) {
	source := wantSource(t, onDisk(t, "b", small(t)), Options{}, "b", FormatTar)
	side, err := source.Side()
	if err != nil || side.Backup != nil || len(side.Files) > 0 {
		t.Errorf("%+v, %v", side, err)
	}
}

func TestBadSideFiles(t *testing.T) {
	list := gz(t, []byte(`[{"metadata":{"name":"a"}}]`))
	flipped := bytes.Clone(list)
	flipped[len(flipped)-8] ^= 1
	bomb := gz(t, []byte(`["`+strings.Repeat("x", 1<<20)+`"]`))
	for name, c := range map[string]struct {
		data []byte
		kind error
	}{
		"truncated":      {list[:len(list)-9], ErrTruncated},
		"cut in trailer": {list[:len(list)-4], ErrTruncated},
		"empty":          {nil, ErrTruncated},
		"wrong checksum": {flipped, ErrDamaged},
		"no gzip":        {[]byte(`[{"metadata":{"name":"a"}}]`), ErrDamaged},
		"no JSON":        {gz(t, []byte("hello")), ErrDamaged},
		"half JSON":      {gz(t, []byte(`[{"metadata":`)), ErrTruncated},
		"no list":        {gz(t, []byte(`{"a":1}`)), ErrDamaged},
		"a bomb":         {bomb, ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			files := store(t, "b1")
			file := layout.FileName("b1", layout.VolumeSnapshots)
			files[file] = c.data
			source, err := Open(t.Context(), writeFiles(t, files), Options{Limits: Limits{EntryBytes: 4096}})
			if err != nil {
				t.Fatal(err)
			}
			defer source.Close()
			_, err = source.Side()
			wantError(t, err, c.kind, file)
		})
	}
	files := store(t, "b1")
	files["velero-backup.json"] = []byte(`{"metadata":`)
	_, err := Open(t.Context(), writeFiles(t, files), Options{})
	wantError(t, err, ErrTruncated, "velero-backup.json")
	files["velero-backup.json"] = []byte(`oops`)
	_, err = Open(t.Context(), writeFiles(t, files), Options{})
	wantError(t, err, ErrDamaged, "velero-backup.json")
}
