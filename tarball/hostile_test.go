package tarball

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime"
	"strings"
	"testing"
)

func TestUnsafePaths(t *testing.T) {
	for _, path := range []string{
		"..", "../x", "resources/../../x", "resources/pods/..", "a/../b", "./../x", `..\x`, `a\..\x`, `a/..\x`,
		"/", "/etc/passwd", "//x", "./../", `\x`, `\\server\share\x`, `C:\x`, `C:/x`, `C:x`, `c:`, `./C:\x`,
		"a\x00b", "a\nb", "a\x1b[31mb", "a\u009bb", "a\xffb", "\xc3\x28", ".", "./", "a/",
	} {
		t.Run(path, func(t *testing.T) {
			_, err := new(Source).checkEntry(path, tar.TypeReg)
			wantError(t, err, ErrUnsafePath)
		})
	}
	for _, path := range []string{"../x", "resources/pods/namespaces/../../../../etc/cron.d/x", "/etc/passwd", `C:\x`, `\\server\x`, "a\xff"} {
		t.Run("in an archive "+path, func(t *testing.T) {
			e := file(path, "x")
			e.Format = tar.FormatGNU
			wantRefused(t, gz(t, tarOf(t, file("metadata/version", "1.1.0\n"), e)), Options{}, ErrUnsafePath, printable(path))
			e = entry{Header: tar.Header{Name: path + "/", Typeflag: tar.TypeDir, Mode: 0o755, Format: tar.FormatGNU}}
			wantRefused(t, gz(t, tarOf(t, e)), Options{}, ErrUnsafePath)
		})
	}
}

func TestHarmlessPaths(t *testing.T) {
	for path, want := range map[string]string{
		"a/b": "a/b", "./a/b": "a/b", "a//b": "a/b", "a/./b": "a/b", "a..b": "a..b", "...": "...", "a/..b": "a/..b",
		"resources/x/cluster/system:node.json": "resources/x/cluster/system:node.json", "é": "é", `a\b`: `a\b`,
	} {
		if got, problem := cleanPath(path); got != want || problem != "" {
			t.Errorf("cleanPath(%q) = %q, %q, want %q", path, got, problem, want)
		}
	}
}

func TestEntriesThatAreNoOrdinaryFiles(t *testing.T) {
	for kind, word := range map[byte]string{
		tar.TypeSymlink: "symbolic link", tar.TypeLink: "hard link", tar.TypeChar: "device", tar.TypeBlock: "device",
		tar.TypeFifo: "named pipe", tar.TypeCont: "unknown kind",
	} {
		t.Run(word, func(t *testing.T) {
			e := entry{Header: tar.Header{Name: "resources/x", Typeflag: kind, Linkname: "/etc/passwd", Mode: 0o644}}
			wantRefused(t, tarOf(t, e), Options{}, ErrEntryType, word, "resources/x")
		})
	}
	t.Run("global header", func(t *testing.T) {
		e := entry{Header: tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}}}
		wantRefused(t, tarOf(t, e), Options{}, ErrEntryType, "global header")
	})
	t.Run("sparse file", func(t *testing.T) {
		// 1 TiB of hole that costs no byte, in the PAX form 0.1; the writer makes none, so the key is put in afterwards.
		e := file("resources/x", "")
		e.PAXRecords = map[string]string{"GNU_sparse_map": "0,0", "GNU_sparse_size": "1099511627776", "GNU_sparse_numblocks": "1"}
		data := bytes.ReplaceAll(tarOf(t, e), []byte("GNU_sparse_"), []byte("GNU.sparse."))
		wantRefused(t, data, Options{Limits: Limits{EntryBytes: 1 << 50, TotalBytes: 1 << 50}}, ErrEntryType, "sparse")
	})
}

func TestDirectoriesArePassedOver(t *testing.T) {
	dir := func(name string) entry {
		return entry{Header: tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755}}
	}
	got, err := readAll(onDisk(t, "b", tarOf(t, dir("./"), dir("./resources/"), file("./resources/x", "1"), dir("./resources/"))), Options{})
	if err != nil || len(got) != 1 || got["resources/x"] != "1" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAnEntryOverTheLimitIsNotRead(t *testing.T) {
	data := tarOf(t, file("metadata/version", "1.1.0\n"), file("resources/big", strings.Repeat("x", 5000)))
	limits := Options{Limits: Limits{EntryBytes: 4999}}
	wantRefused(t, data, limits, ErrLimit, "resources/big", "4.882 KiB", "raise the limit")
	wantRefused(t, data[:1536], limits, ErrLimit) // the header suffices
	if _, err := readAll(onDisk(t, "b", data), Options{Limits: Limits{EntryBytes: 5000}}); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

func TestTotalOverTheLimit(t *testing.T) {
	data := small(t)
	for _, packed := range [][]byte{data, gz(t, data)} {
		wantRefused(t, packed, Options{Limits: Limits{TotalBytes: int64(len(data)) - 1}}, ErrLimit, "raise the limit")
		if _, err := readAll(onDisk(t, "b", packed), Options{Limits: Limits{TotalBytes: int64(len(data))}}); err != nil {
			t.Errorf("at the limit: %v", err)
		}
	}
}

func TestTooManyEntries(t *testing.T) {
	wantRefused(t, small(t), Options{Limits: Limits{Entries: 4}}, ErrLimit, "more than 4 entries")
	if _, err := readAll(onDisk(t, "b", small(t)), Options{Limits: Limits{Entries: 5}}); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

// TestBombs holds that what unpacks to 10 GB is refused at once where a limit says so, and that memory stays small
// where none does.
func TestBombs(t *testing.T) {
	member := gz(t, make([]byte, 64<<20))
	zeros := func(members int) []byte {
		return append(gz(t, small(t)), bytes.Repeat(member, members)...)
	}
	t.Run("10 GB in one entry", func(t *testing.T) {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		if err := w.WriteHeader(&tar.Header{Name: "resources/x", Size: 10 << 30, Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		data := append(gz(t, out.Bytes()), bytes.Repeat(member, 160)...)
		wantSmall(t, func() { wantRefused(t, data, Options{}, ErrLimit, "resources/x", "10 GiB") })
	})
	t.Run("10 GB after the end", func(t *testing.T) {
		data := zeros(160)
		wantSmall(t, func() {
			wantRefused(t, data, Options{Limits: Limits{TotalBytes: 128 << 20}}, ErrLimit, "128 MiB")
		})
	})
	t.Run("zeros that no limit forbids", func(t *testing.T) {
		path := onDisk(t, "b", zeros(8))
		wantSmall(t, func() {
			if _, err := readAll(path, Options{}); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("zeros and no tar", func(t *testing.T) {
		data := bytes.Repeat(member, 160)
		wantSmall(t, func() { wantRefused(t, data, Options{Limits: Limits{TotalBytes: 128 << 20}}, ErrLimit) })
	})
	t.Run("a long name of 10 GB", func(t *testing.T) {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		if err := w.WriteHeader(&tar.Header{Name: "x", Size: 10 << 30, Mode: 0o644, Format: tar.FormatGNU}); err != nil {
			t.Fatal(err)
		}
		head := out.Bytes()
		head[156] = tar.TypeGNULongName
		fixChecksum(head)
		wantSmall(t, func() { wantRefused(t, append(gz(t, head), member...), Options{}, ErrLimit, "over 1 MiB") })
	})
}

// fixChecksum makes a changed header valid again.
func fixChecksum(head []byte) {
	copy(head[148:156], "        ")
	sum := 0
	for _, c := range head[:512] {
		sum += int(c)
	}
	copy(head[148:156], fmt.Sprintf("%06o\x00 ", sum))
}

// wantSmall holds that f allocates little altogether.
func wantSmall(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

func TestTwoEntriesAtOnePath(t *testing.T) {
	twice := func(first, second string) []byte {
		return gz(t, tarOf(t, file("resources/a", first), file("resources/b", "b"), file("./resources//a", second), file("resources/c", "c")))
	}
	wantRefused(t, twice("1", "2"), Options{}, ErrDuplicate, "resources/a", "twice")
	wantRefused(t, twice("1", "11"), Options{}, ErrDuplicate, "resources/a")
	got, err := readAll(onDisk(t, "b", twice("1", "1")), Options{})
	if err != nil || len(got) != 3 || got["resources/a"] != "1" {
		t.Errorf("the same content: %v, %v", got, err)
	}
	var many []entry
	for i := range maxRepeats + 1 {
		e := file(fmt.Sprintf("resources/%d", i), "")
		many = append(many, e, e)
	}
	wantRefused(t, tarOf(t, many...), Options{}, ErrDuplicate, "more than 10000 paths twice")
}

func TestThePathSetKnowsEveryPath(t *testing.T) {
	paths := newPathSet(maphash.MakeSeed())
	const n = 100_000
	for i := range n {
		if !paths.add(fmt.Sprint(i)) {
			t.Fatalf("path %d is said to be known", i)
		}
		if i%1000 == 0 && paths.add(fmt.Sprint(i/2)) {
			t.Fatalf("path %d is said to be new", i/2)
		}
	}
}

func TestAnErrorOfVisitIsReturnedAsItIs(t *testing.T) {
	source, err := Open(t.Context(), onDisk(t, "b", small(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	mine := errors.New("mine")
	if err := source.Each(t.Context(), func(*Entry) error { return mine }); err != mine {
		t.Errorf("got %v", err)
	}
}
