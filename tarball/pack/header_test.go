package pack

import (
	"archive/tar"
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// libraryHeader is what archive/tar writes when it may choose the format.
func libraryHeader(t *testing.T, e Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	h := &tar.Header{Typeflag: tar.TypeReg, Name: e.Path, Mode: e.Mode, ModTime: e.ModTime, Size: int64(len(e.Body))}
	if err := tar.NewWriter(&b).WriteHeader(h); err != nil {
		t.Fatalf("%q: %v", e.Path, err)
	}
	return b.Bytes()
}

func TestHeadersAreThoseOfArchiveTar(t *testing.T) {
	long := strings.Repeat("a", 99)
	entries := []Entry{
		{Path: "metadata/version", Mode: 0o755, ModTime: stamp, Body: []byte("1.1.0\n")},
		{Path: "a", Mode: 0, ModTime: time.Time{}},
		{Path: "a", Mode: 0o7777777, ModTime: time.Unix(0, 0)},
		{Path: "a", Mode: 0o10000000, ModTime: stamp},
		{Path: "a", Mode: 0o644, ModTime: time.Unix(largestLong, 0)},
		{Path: "a", Mode: 0o644, ModTime: time.Unix(largestLong+1, 0)},
		{Path: "a", Mode: 0o644, ModTime: time.Unix(-5, 0)},
		{Path: "a", Mode: 0o644, ModTime: time.Unix(99, 500_000_000)},
		{Path: "a", Mode: 0o644, ModTime: time.Unix(99, 499_999_999)},
		{Path: "größe.json", Mode: 0o644, ModTime: stamp},
		{Path: "resources/clusterroles.rbac.authorization.k8s.io/cluster/system:basic-user.json", Mode: 0o755, ModTime: stamp},
		{Path: "/" + long, Mode: 0o644, ModTime: stamp},
		{Path: "/" + long + "a", Mode: 0o644, ModTime: stamp},
	}
	for n := 90; n < 280; n++ {
		deep := strings.Repeat("0123456789/", 26)[:n-1] + "x"
		entries = append(entries,
			Entry{Path: strings.Repeat("a", n), Mode: 0o755, ModTime: stamp},
			Entry{Path: "d/" + strings.Repeat("a", n), Mode: 0o755, ModTime: stamp},
			Entry{Path: strings.Repeat("a", n) + "/d", Mode: 0o755, ModTime: stamp},
			Entry{Path: deep, Mode: 0o755, ModTime: stamp},
		)
	}
	for i, e := range entries {
		e.Body = make([]byte, i)
		got, err := appendHeader([]byte("before"), &e)
		if err != nil {
			t.Fatalf("%q: %v", e.Path, err)
		}
		if want := libraryHeader(t, e); !bytes.Equal(got[len("before"):], want) {
			t.Errorf("%q (mode %o, time %v):\ngot  %q\nwant %q", e.Path, e.Mode, e.ModTime, got[len("before"):], want)
		}
	}
}

func TestChecksumsCombine(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	text := make([]byte, 1<<16)
	for i := range text {
		text[i] = byte(r.Uint32())
	}
	for _, size := range []int{0, 1, 2, 3, 511, 512, 513, 4096, 65535, 65536} {
		for range 20 {
			cut := r.IntN(size + 1)
			got := combineCRC(crc32.ChecksumIEEE(text[:cut]), crc32.ChecksumIEEE(text[cut:size]), int64(size-cut))
			if want := crc32.ChecksumIEEE(text[:size]); got != want {
				t.Fatalf("%d+%d bytes: got %08x, want %08x", cut, size-cut, got, want)
			}
		}
	}
}

// A length of 2^40 bytes cannot be tried out; it must be the same as halves one after the other.
func TestChecksumsOfLongTextsCombine(t *testing.T) {
	const piece = 1 << 20
	zeros := crc32.ChecksumIEEE(make([]byte, piece))
	whole, size := zeros, int64(piece)
	for size < 1<<40 {
		whole = combineCRC(whole, whole, size)
		size *= 2
		first := uint32(0x12345678)
		inTwo := combineCRC(combineCRC(first, zeros, piece), restOf(zeros, piece, size), size-piece)
		if got := combineCRC(first, whole, size); got != inTwo {
			t.Fatalf("%d bytes: %08x at once, %08x in two", size, got, inTwo)
		}
	}
}

// restOf is the checksum of size-piece zeros, made of pieces of doubling size.
func restOf(zeros uint32, piece, size int64) uint32 {
	sum, done := zeros, piece
	rest, restSize := uint32(0), int64(0)
	for restSize < size-piece {
		rest = combineCRC(rest, sum, done)
		restSize += done
		sum, done = combineCRC(sum, sum, done), 2*done
	}
	return rest
}
