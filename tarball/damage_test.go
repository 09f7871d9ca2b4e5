package tarball

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func TestNotABackup(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		word string
	}{
		"empty file":    {nil, "is empty"},
		"one byte":      {[]byte{0x1f}, "neither gzip nor tar"},
		"text":          {bytes.Repeat([]byte("not a tar\n"), 100), "neither gzip nor tar"},
		"zip":           {[]byte("PK\x03\x04 and so on"), "zip"},
		"zstd":          {[]byte("\x28\xb5\x2f\xfd and so on"), "zstd"},
		"gzip of text":  {gz(t, []byte("a log\n")), "holds no tar"},
		"gzip of a gz":  {gz(t, gz(t, small(t))), "holds no tar"},
		"empty gzip":    {gz(t, nil), "holds no tar"},
		"gzip of a lot": {gz(t, bytes.Repeat([]byte("log line\n"), 1000)), "holds no tar"},
	} {
		t.Run(name, func(t *testing.T) { wantRefused(t, c.data, Options{}, ErrNotBackup, c.word) })
	}
}

func TestNoSuchFile(t *testing.T) {
	_, err := Open(t.Context(), "no-such.tar.gz", Options{})
	wantError(t, err, os.ErrNotExist, "no-such.tar.gz")
}

func TestTruncatedAtAnyByte(t *testing.T) {
	for name, whole := range map[string][]byte{"tar.gz": gz(t, small(t)), "tar": small(t)} {
		t.Run(name, func(t *testing.T) {
			for size := range whole {
				_, err := readBytes(whole[:size], Options{})
				tooShort := errors.Is(err, ErrNotBackup) && size < 264 // not yet told apart from any other file
				if !errors.Is(err, ErrTruncated) && !tooShort {
					t.Fatalf("the first %d of %d bytes: %v, want %v", size, len(whole), err, ErrTruncated)
				}
			}
		})
	}
}

func TestTruncatedInALaterGzipMember(t *testing.T) {
	data := small(t)
	var out bytes.Buffer
	out.Write(gz(t, data))
	first := out.Len()
	w := gzip.NewWriter(&out)
	w.Name, w.Comment, w.Extra = "padding", "more zeros", []byte("extra")
	_, _ = w.Write(make([]byte, 1024))
	w.Close()
	if _, err := readAll(onDisk(t, "b", out.Bytes()), Options{}); err != nil {
		t.Fatalf("two members: %v", err)
	}
	for size := first + 1; size < out.Len(); size++ {
		wantRefused(t, out.Bytes()[:size], Options{}, ErrTruncated)
	}
}

func TestTarWithoutItsEndInAWholeGzip(t *testing.T) {
	data := small(t)
	wantRefused(t, gz(t, data[:len(data)-1024]), Options{}, ErrTruncated, "end mark")
	wantRefused(t, gz(t, data[:len(data)-512]), Options{}, ErrTruncated, "end mark")
	wantRefused(t, gz(t, data[:len(data)-2000]), Options{}, ErrTruncated)
}

func TestWrongChecksumAndLength(t *testing.T) {
	for i, what := range []string{"checksum", "checksum", "checksum", "checksum", "length", "length", "length", "length"} {
		data := gz(t, small(t))
		data[len(data)-8+i] ^= 1
		wantRefused(t, data, Options{}, ErrDamaged, what)
	}
}

func TestAFlippedBitIsFound(t *testing.T) {
	whole := gz(t, small(t))
	want, err := readBytes(whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := 10; i < len(whole); i++ { // in the first ten bytes gzip keeps the time and the system, for nobody
		data := bytes.Clone(whole)
		data[i] ^= 0x10
		// A match may point to other zeros than before, so what was read decides.
		if got, err := readBytes(data, Options{}); err == nil && !maps.Equal(got, want) {
			t.Fatalf("nobody saw the bit in byte %d of %d", i, len(whole))
		}
	}
}

func TestDamagedTarHeader(t *testing.T) {
	data := small(t)
	data[1024+3] ^= 1
	wantRefused(t, data, Options{}, ErrDamaged, "tar header")
}

func TestAfterTheEndOfTheTar(t *testing.T) {
	data := small(t)
	for name, tail := range map[string][]byte{"nothing": nil, "zeros": make([]byte, 10240), "an odd number of zeros": make([]byte, 700)} {
		for _, pack := range []func(testing.TB, []byte) []byte{gz, func(_ testing.TB, b []byte) []byte { return b }} {
			got, err := readAll(onDisk(t, "b", pack(t, append(bytes.Clone(data), tail...))), Options{})
			if err != nil || len(got) != 5 {
				t.Errorf("%s: %d entries, %v", name, len(got), err)
			}
		}
	}
	late := append(make([]byte, 1<<20), 'x')
	for name, tail := range map[string][]byte{"another tar": data, "one byte": {'x'}, "a byte after zeros": late} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, append(bytes.Clone(data), tail...), Options{}, ErrDamaged, "end mark")
			wantRefused(t, gz(t, append(bytes.Clone(data), tail...)), Options{}, ErrDamaged, "end mark")
		})
	}
	wantRefused(t, append(gz(t, data), "garbage"...), Options{}, ErrTruncated)
	wantRefused(t, append(gz(t, data), "more than ten bytes of garbage"...), Options{}, ErrDamaged, "gzip member")
}

func TestAZeroBlockBetweenEntries(t *testing.T) {
	data := small(t)
	wantRefused(t, append(make([]byte, 512), data...), Options{}, ErrDamaged, "zeros")
}

func TestSeveralGzipMembers(t *testing.T) {
	data := small(t)
	var out []byte
	for part := data; len(part) > 0; part = part[min(len(part), 300):] {
		out = append(out, gz(t, part[:min(len(part), 300)])...)
	}
	got, err := readAll(onDisk(t, "b", out), Options{})
	if err != nil || len(got) != 5 {
		t.Errorf("%d entries, %v", len(got), err)
	}
}
