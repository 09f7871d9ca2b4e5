package tarball

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
)

func TestLongNamesInEveryForm(t *testing.T) {
	namespace, name := strings.Repeat("a", 63), strings.Repeat("b", 253)
	for _, path := range []string{
		"resources/pods/namespaces/shop/web.json",
		"resources/pods/namespaces/" + namespace + "/" + strings.Repeat("c", 90) + ".json", // ustar's prefix
		"resources/pods/v1-preferredversion/namespaces/" + namespace + "/" + name + ".json",
		"resources/" + strings.Repeat("d", 253) + "/v1-preferredversion/cluster/" + name + ".json",
		"resources/x/cluster/é.json",
	} {
		for _, format := range []tar.Format{tar.FormatUnknown, tar.FormatPAX, tar.FormatGNU} {
			e := file(path, "body")
			e.Format = format
			got, err := readBytes(tarOf(t, file("metadata/version", "1.1.0\n"), e, file("resources/last", "z")), Options{})
			want := map[string]string{"metadata/version": "1.1.0\n", path: "body", "resources/last": "z"}
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("%v, %s: %v, %v", format, path, got, err)
			}
		}
	}
}

func TestWhatAnEntryIsLike(t *testing.T) {
	source, err := Open(t.Context(), onDisk(t, "b", small(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	err = source.Each(t.Context(), func(e *Entry) error {
		if e.Mode != 0o755 || !e.ModTime.Equal(written) {
			t.Errorf("%s: mode %o, time %v", e.Path, e.Mode, e.ModTime)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBodiesOfAnySize(t *testing.T) {
	var entries []entry
	want := map[string]string{}
	for i, size := range []int{0, 1, 511, 512, 513, window - 1, window, window + 1, 3 * window, keptBody + 1, 5} {
		e := file("resources/"+strings.Repeat("x", i+1), strings.Repeat(string(rune('a'+i)), size))
		entries = append(entries, e)
		want[e.Name] = e.body
	}
	data := tarOf(t, entries...)
	for _, packed := range [][]byte{data, gz(t, data)} {
		got, err := readBytes(packed, Options{})
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%d bodies, %v", len(got), err)
		}
	}
	skipped := 0
	source, err := Open(t.Context(), onDisk(t, "b", data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	err = source.Each(t.Context(), func(e *Entry) error {
		if skipped++; skipped%2 == 0 {
			return nil
		}
		once, _ := e.Body()
		twice, err := e.Body()
		if !bytes.Equal(once, twice) || string(once) != want[e.Path] {
			t.Errorf("%s: asked twice, %d and %d bytes", e.Path, len(once), len(twice))
		}
		return err
	})
	if err != nil || skipped != len(want) {
		t.Errorf("%d entries, %v", skipped, err)
	}
}

// TestOrdinaryHeadersNeedNoHelp holds that what Velero writes takes the quick way.
func TestOrdinaryHeadersNeedNoHelp(t *testing.T) {
	data := tarOf(t, file("resources/pods/namespaces/shop/"+strings.Repeat("w", 90)+".json", "x"))
	h, ok := parseOrdinary((*block)(data))
	if !ok || h.size != 1 || h.mode != 0o755 || !h.modTime.Equal(written) || len(h.name) != len("resources/pods/namespaces/shop/")+95 {
		t.Errorf("%+v, %v", h, ok)
	}
}

func TestTheSumOfAHeader(t *testing.T) {
	var b block
	for i := range b {
		b[i] = 0xff
	}
	fixChecksum(b[:])
	if !hasChecksum(&b) {
		t.Error("the largest sum is refused")
	}
	b[0]--
	if hasChecksum(&b) {
		t.Error("a changed byte is not seen")
	}
	for i := range b {
		b[i] = 'a'
	}
	b[0] = 0xff
	signed := 503*'a' - 1 + 8*' '
	copy(b[148:156], fmt.Sprintf("%06o\x00 ", signed))
	if !hasChecksum(&b) {
		t.Error("the sum of signed bytes is refused")
	}
}

// FuzzOrdinaryHeader holds that the quick way takes nothing that archive/tar refuses or reads otherwise.
func FuzzOrdinaryHeader(f *testing.F) {
	f.Add(small(f)[:blockSize])
	f.Add(tarOf(f, file(strings.Repeat("a/", 99)+"b", ""))[:blockSize])
	f.Fuzz(func(t *testing.T, head []byte) {
		if len(head) != blockSize {
			return
		}
		head = bytes.Clone(head)
		fixChecksum(head)
		got, ok := parseOrdinary((*block)(head))
		if !ok {
			return
		}
		h, err := tar.NewReader(bytes.NewReader(head)).Next()
		if err != nil {
			t.Fatalf("archive/tar refuses what was taken as %+v: %v", got, err)
		}
		want := header{name: h.Name, kind: h.Typeflag, size: h.Size, mode: h.Mode, modTime: h.ModTime}
		if got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

// FuzzRead holds that no archive makes the reader panic or pass a limit, and that whatever it takes, archive/tar reads
// in the same way.
func FuzzRead(f *testing.F) {
	f.Add(small(f), true)
	f.Add(gz(f, small(f)), false)
	f.Add(tarOf(f, file(strings.Repeat("long/", 60)+"x.json", "{}"), file("a", "1"), file("./a", "1")), true)
	gnu := file(strings.Repeat("n", 200), "x")
	gnu.Format = tar.FormatGNU
	f.Add(tarOf(f, gnu, gnu), true)
	limits := Limits{EntryBytes: 1 << 16, TotalBytes: 1 << 20, Entries: 16}
	f.Fuzz(func(t *testing.T, data []byte, repair bool) {
		if repair {
			data = bytes.Clone(data)
			fixChecksums(data)
		}
		got, err := readBytes(data, Options{Limits: limits})
		entries, total := len(got), 0
		for _, body := range got {
			total += len(body)
			if len(body) > int(limits.EntryBytes) {
				t.Fatalf("an entry of %d bytes", len(body))
			}
		}
		if entries > int(limits.Entries) || total > int(limits.TotalBytes) {
			t.Fatalf("%d entries, %d bytes", entries, total)
		}
		if err == nil && looksLikeTar(data[:min(len(data), blockSize)]) {
			if want := withArchiveTar(t, data); !maps.Equal(got, want) {
				t.Fatalf("got %q, archive/tar has %q", got, want)
			}
		}
		var known *Error
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("an error that names no file: %v", err)
		}
	})
}

// fixChecksums makes changed headers valid again, or no change of a header would get past its checksum.
func fixChecksums(data []byte) {
	for ; len(data) >= blockSize; data = data[blockSize:] {
		if string(data[ustarAt:ustarAt+5]) == "ustar" {
			fixChecksum(data[:blockSize])
		}
	}
}

func withArchiveTar(t *testing.T, data []byte) map[string]string {
	t.Helper()
	bodies := map[string]string{}
	r := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return bodies
		}
		if err != nil {
			t.Fatalf("archive/tar: %v", err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("archive/tar: %s: %v", h.Name, err)
		}
		if h.Typeflag == tar.TypeReg {
			path, _ := cleanPath(h.Name)
			bodies[path] = string(body)
		}
	}
}
