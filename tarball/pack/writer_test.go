package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

var stamp = time.Unix(1700000000, 0)

// corpus makes entries like those of a backup, each followed by its twin.
func corpus(items int) []Entry {
	r := rand.New(rand.NewPCG(1, 2))
	var entries []Entry
	for i := range items {
		var body bytes.Buffer
		fmt.Fprintf(&body, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"item-%d","uid":"%016x"},"data":{`, i, r.Uint64())
		for n := range r.IntN(120) {
			fmt.Fprintf(&body, `"key-%03d":"value %d of %d",`, n, r.IntN(1000), n)
		}
		body.WriteString(`"last":""}}`)
		name := fmt.Sprintf("namespaces/team-%d/item-%d.json", i%7, i)
		for _, dir := range []string{"resources/configmaps/", "resources/configmaps/v1-preferredversion/"} {
			entries = append(entries, Entry{Path: dir + name, Mode: 0o755, ModTime: stamp, Body: body.Bytes()})
		}
	}
	return entries
}

func addAll(w *Writer, entries []Entry) error {
	for i, e := range entries {
		if err := w.Add(e.Path, e.Mode, e.ModTime, e.Body, i%2 == 1); err != nil {
			return err
		}
	}
	return nil
}

func packAll(t testing.TB, entries []Entry, perBatch func() Edit, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	w := New(&out, perBatch, o)
	if err := addAll(w, entries); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unpack reads with the standard library, which checks the checksum, the length and that nothing follows.
func unpack(t testing.TB, packed []byte) []Entry {
	t.Helper()
	source := bytes.NewReader(packed)
	zr, err := gzip.NewReader(source)
	if err != nil {
		t.Fatal(err)
	}
	zr.Multistream(false)
	tr := tar.NewReader(zr)
	var entries []Entry
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || h.Uid != 0 || h.Gid != 0 {
			t.Errorf("%s: type %c, uid %d, gid %d", h.Name, h.Typeflag, h.Uid, h.Gid)
		}
		entries = append(entries, Entry{Path: h.Name, Mode: h.Mode, ModTime: h.ModTime, Body: body})
	}
	if rest, err := io.ReadAll(zr); err != nil || len(rest) != 0 {
		t.Fatalf("after the tar: %d bytes, %v", len(rest), err)
	}
	if source.Len() != 0 {
		t.Errorf("%d bytes after the gzip member", source.Len())
	}
	return entries
}

func wantEntries(t *testing.T, got, want []Entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d entries, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.Path != w.Path || g.Mode != w.Mode || !g.ModTime.Equal(w.ModTime) || !bytes.Equal(g.Body, w.Body) {
			t.Fatalf("entry %d: got %s %o %v (%d bytes), want %s %o %v (%d bytes)",
				i, g.Path, g.Mode, g.ModTime, len(g.Body), w.Path, w.Mode, w.ModTime, len(w.Body))
		}
	}
}

func TestAllEntriesComeBackInOrder(t *testing.T) {
	entries := corpus(300)
	for level := 1; level <= 9; level++ {
		wantEntries(t, unpack(t, packAll(t, entries, nil, Options{Level: level, Workers: 3, BatchBytes: 40 << 10})), entries)
	}
}

func TestAnArchiveOfNothingIsValid(t *testing.T) {
	wantEntries(t, unpack(t, packAll(t, nil, nil, Options{})), nil)
	none := func() Edit { return func(*Entry) (bool, error) { return false, nil } }
	wantEntries(t, unpack(t, packAll(t, corpus(10), none, Options{})), nil)
}

func TestEqualInputGivesEqualBytesForAnyNumberOfWorkers(t *testing.T) {
	entries := corpus(300)
	for level := 1; level <= 9; level++ {
		want := packAll(t, entries, upperTwins, Options{Level: level, Workers: 1, BatchBytes: 40 << 10})
		for _, workers := range []int{2, 8} {
			if got := packAll(t, entries, upperTwins, Options{Level: level, Workers: workers, BatchBytes: 40 << 10}); !bytes.Equal(got, want) {
				t.Errorf("level %d: %d workers write other bytes than one", level, workers)
			}
		}
	}
}

// upperTwins is an Edit with the state of a batch: a twin gets the body that its first copy was given.
func upperTwins() Edit {
	var before []byte
	return func(e *Entry) (bool, error) {
		if !strings.Contains(e.Path, "-preferredversion") {
			before = bytes.ToUpper(e.Body)
		}
		e.Body = before
		e.Path = strings.Replace(e.Path, "team-", "squad-", 1)
		return !strings.HasSuffix(e.Path, "7.json"), nil
	}
}

func TestEditsSeeTwinsInOneBatch(t *testing.T) {
	entries := corpus(500)
	var want []Entry
	for _, e := range entries {
		e.Body = bytes.ToUpper(e.Body)
		e.Path = strings.Replace(e.Path, "team-", "squad-", 1)
		if !strings.HasSuffix(e.Path, "7.json") {
			want = append(want, e)
		}
	}
	got := unpack(t, packAll(t, entries, upperTwins, Options{Workers: 4, BatchBytes: 8 << 10}))
	wantEntries(t, got, want)
}

func TestItemsLargerThanABatchPass(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	entries := corpus(20)
	entries[7].Body, entries[8].Body, entries[39].Body = large, large, large
	wantEntries(t, unpack(t, packAll(t, entries, nil, Options{Workers: 2})), entries)
}

func TestLargeItemsDoNotHoldMemory(t *testing.T) {
	b := newBatch()
	b.add(Entry{Path: "a"}, make([]byte, 4<<20), defaultBatchBytes)
	b.deflated = make(buffer, 4<<20)
	b.reset(defaultBatchBytes)
	if b.bodies != nil || b.deflated != nil {
		t.Errorf("kept buffers of %d and %d bytes", cap(b.bodies), cap(b.deflated))
	}
}

func TestTheErrorOfTheEarliestEntryEndsTheRun(t *testing.T) {
	entries := corpus(1000)
	failing := func() Edit {
		return func(e *Entry) (bool, error) {
			var n int
			if _, err := fmt.Sscanf(e.Path[strings.LastIndex(e.Path, "item-"):], "item-%d.json", &n); err != nil {
				return false, err
			}
			if n >= 300 {
				return false, fmt.Errorf("item %d is bad", n)
			}
			return true, nil
		}
	}
	for _, workers := range []int{1, 2, 8} {
		w := New(io.Discard, failing, Options{Workers: workers})
		addErr := addAll(w, entries)
		err := w.Close()
		if err == nil || err.Error() != "item 300 is bad" {
			t.Errorf("%d workers: got %v", workers, err)
		}
		if addErr != nil && !errors.Is(addErr, err) {
			t.Errorf("Add says %v, Close %v", addErr, err)
		}
		if again := w.Close(); !errors.Is(again, err) {
			t.Errorf("the second Close says %v", again)
		}
	}
}

// limited fails after some bytes, as a full disk does.
type limited struct{ left int }

var errFull = errors.New("no space left on device")

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return l.left, errFull
	}
	l.left -= len(p)
	return len(p), nil
}

func TestAFailingWriterEndsTheRunWithoutLeavingGoroutines(t *testing.T) {
	entries := corpus(1000)
	before := runtime.NumGoroutine()
	whole := len(packAll(t, entries, nil, Options{}))
	for _, left := range []int{0, 5, 10, 1000, whole / 2, whole - 20, whole - 1} {
		w := New(&limited{left: left}, nil, Options{Workers: 4})
		_ = addAll(w, entries)
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Errorf("%d bytes: got %v", left, err)
		}
	}
	wantGoroutines(t, before)
}

func TestAbortEndsAllGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, items := range []int{0, 1, 2000} {
		w := New(io.Discard, nil, Options{Workers: 4})
		if err := addAll(w, corpus(items)); err != nil {
			t.Fatal(err)
		}
		w.Abort()
		w.Abort()
		if err := w.Add("late", 0o644, stamp, nil, false); !errors.Is(err, ErrClosed) {
			t.Errorf("Add after Abort: %v", err)
		}
		if err := w.Close(); !errors.Is(err, ErrClosed) {
			t.Errorf("Close after Abort: %v", err)
		}
	}
	wantGoroutines(t, before)
}

func wantGoroutines(t *testing.T, want int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= want {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines are left, want %d", runtime.NumGoroutine(), want)
}

func TestMistakesAreClearErrors(t *testing.T) {
	w := New(io.Discard, nil, Options{Level: 10})
	if err := w.Close(); err == nil || err.Error() != "compression level 10: use 1 to 9" {
		t.Errorf("level 10: %v", err)
	}
	for _, name := range []string{"", "folder/", "zero\x00byte"} {
		w := New(io.Discard, nil, Options{})
		if err := w.Add(name, 0o644, stamp, nil, false); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err == nil || !strings.Contains(err.Error(), "write tar header") {
			t.Errorf("name %q: %v", name, err)
		}
	}
}
