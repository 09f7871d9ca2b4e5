package gunzip

import (
	"bufio"
	"bytes"
	stdflate "compress/flate"
	stdgzip "compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/flate"
)

// member wraps a deflate stream as gzip.
func member(deflated, plain []byte) []byte {
	out := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), deflated...)
	for _, n := range []uint32{crc32.ChecksumIEEE(plain), uint32(len(plain))} {
		out = append(out, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return out
}

// texts are inputs of each kind that an encoder treats otherwise.
var texts = sync.OnceValue(func() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	item := func(n int) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-%d","namespace":"shop","uid":"%x"}}`, n, random.Uint64())
	}
	var items, skewed strings.Builder
	for n := range 1500 {
		items.WriteString(strings.Repeat(item(n), 1+n%3))
	}
	for range 50_000 { // the rarer a byte, the longer its code
		skewed.WriteByte(byte(random.ExpFloat64() * 6))
	}
	all := map[string][]byte{
		"nothing": nil, "a byte": {'x'}, "noise": noise, "items": []byte(items.String()), "skewed": []byte(skewed.String()),
		"far matches": append(append(bytes.Clone(noise[:32<<10]), noise[:32<<10]...), noise[:40<<10]...),
	}
	for _, period := range []int{1, 2, 3, 5, 7, 8, 9, 31, 257, 258, 259, 260} {
		all[fmt.Sprintf("period %d", period)] = bytes.Repeat(noise[:period], 50_000/period)
	}
	return all
})

// packed are the texts as several encoders write them.
func packed(t testing.TB, plain []byte) map[string][]byte {
	all := map[string][]byte{}
	for level := -2; level <= 9; level++ {
		var out, std bytes.Buffer
		w, err := flate.NewWriter(&out, level)
		if err != nil {
			t.Fatal(err)
		}
		s, err := stdflate.NewWriter(&std, level)
		if err != nil {
			t.Fatal(err)
		}
		for rest := plain; ; rest = rest[min(70_000, len(rest)):] { // in pieces, for empty stored blocks between
			_, _ = w.Write(rest[:min(70_000, len(rest))])
			_, _ = s.Write(rest[:min(70_000, len(rest))])
			if len(rest) == 0 {
				break
			}
			_, _ = w.Flush(), s.Flush()
		}
		if err := errors.Join(w.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("level %d", level)] = member(out.Bytes(), plain)
		all[fmt.Sprintf("Go's level %d", level)] = member(std.Bytes(), plain)
	}
	return all
}

func unpackAll(in io.Reader) ([]byte, error) {
	z, err := NewReader(in)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func TestWhatEncodersWriteIsUnpacked(t *testing.T) {
	for name, plain := range texts() {
		for how, data := range packed(t, plain) {
			got, err := unpackAll(bytes.NewReader(data))
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s, %s: %d bytes of %d, %v", name, how, len(got), len(plain), err)
			}
		}
	}
}

func TestReadersAndBuffersOfAnySize(t *testing.T) {
	plain := texts()["items"]
	data := packed(t, plain)["level 6"]
	for name, in := range map[string]io.Reader{
		"a byte at a time":        iotest.OneByteReader(bytes.NewReader(data)),
		"the end with the data":   iotest.DataErrReader(bytes.NewReader(data)),
		"nothing now and then":    &hesitant{in: bytes.NewReader(data)},
		"half of what is asked":   iotest.HalfReader(bytes.NewReader(data)),
		"a buffer with few bytes": bufio.NewReaderSize(bytes.NewReader(data), 16),
	} {
		z, err := NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		for n := 1; err == nil; n = n*7%4099 + 1 {
			var m int
			p := make([]byte, n)
			m, err = z.Read(p)
			got.Write(p[:m])
		}
		if err != io.EOF || !bytes.Equal(got.Bytes(), plain) {
			t.Errorf("%s: %d bytes of %d, %v", name, got.Len(), len(plain), err)
		}
		if n, err := z.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("%s: after the end: %d, %v", name, n, err)
		}
	}
}

// hesitant gives nothing every other time.
type hesitant struct {
	in    io.Reader
	calls int
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.calls++; h.calls%2 == 0 {
		return 0, nil
	}
	return h.in.Read(p[:min(len(p), 100)])
}

func TestAReaderThatFails(t *testing.T) {
	plain := texts()["items"]
	data := packed(t, plain)["level 6"]
	broken := errors.New("broken")
	for _, at := range []int{0, 5, 12, len(data) / 2, len(data) - 3} {
		got, err := unpackAll(io.MultiReader(bytes.NewReader(data[:at]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !bytes.HasPrefix(plain, got) {
			t.Errorf("after %d bytes: %v", at, err)
		}
	}
	if _, err := unpackAll(nothing{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

func TestMembersOneAfterTheOther(t *testing.T) {
	var data bytes.Buffer
	var want []byte
	for i, plain := range [][]byte{texts()["items"], nil, []byte("x"), texts()["period 3"], nil} {
		w, err := stdgzip.NewWriterLevel(&data, i)
		if err != nil {
			t.Fatal(err)
		}
		w.Name, w.Comment, w.Extra = "a name", "a comment", []byte("more")
		_, _ = w.Write(plain)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want = append(want, plain...)
	}
	got, err := unpackAll(&data)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
	}
}

// TestAMatchCannotReachIntoTheMemberBefore: what one member holds is no part of the next one's data.
func TestAMatchCannotReachIntoTheMemberBefore(t *testing.T) {
	first := packed(t, []byte("0123456789"))["level 6"]
	// A fixed block: a match of length 3, distance 1, and the end.
	second := member([]byte{0x03, 0x02, 0x00}, []byte("999"))
	wantAsGo(t, append(bytes.Clone(first), second...))
	if _, err := unpackAll(bytes.NewReader(append(first, second...))); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestEachPrefixEndsTooEarly(t *testing.T) {
	for _, name := range []string{"a byte", "skewed", "period 3"} {
		plain := texts()[name][:min(300, len(texts()[name]))]
		for how, data := range packed(t, plain) {
			for size := range data {
				if got, err := unpackAll(bytes.NewReader(data[:size])); !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(plain, got) {
					t.Fatalf("%s, %s: the first %d of %d bytes: %v", name, how, size, len(data), err)
				}
			}
		}
	}
}

func TestEachFlippedBitIsJudgedAsGoDoes(t *testing.T) {
	for _, name := range []string{"a byte", "skewed", "items"} {
		plain := texts()[name][:min(120, len(texts()[name]))]
		all := packed(t, plain)
		for _, how := range []string{"level 0", "level 1", "level 6", "Go's level 9", "Go's level -2"} {
			data := all[how]
			for bit := range 8 * len(data) {
				flipped := bytes.Clone(data)
				flipped[bit/8] ^= 1 << (bit % 8)
				wantAsGo(t, flipped)
			}
		}
	}
}

// FuzzAsGo compares what is made of any bytes with what compress/gzip makes of them.
func FuzzAsGo(f *testing.F) {
	for _, name := range []string{"a byte", "skewed", "items", "period 7"} {
		plain := texts()[name][:min(400, len(texts()[name]))]
		for _, how := range []string{"level 0", "level 1", "level 6", "Go's level 9", "Go's level -2"} {
			data := packed(f, plain)[how]
			f.Add(data[10:len(data)-8], plain)
		}
	}
	f.Fuzz(func(t *testing.T, deflated, plain []byte) {
		wantAsGo(t, member(deflated, plain))
		wantAsGo(t, append(member(deflated, plain), member(deflated, plain)...))
		wantAsGo(t, deflated)
	})
}

// wantAsGo fails where another kind of error comes out than with Go's own reader, or other bytes.
func wantAsGo(t *testing.T, data []byte) {
	t.Helper()
	got, err := unpackAll(bytes.NewReader(data))
	want, goErr := goUnpacks(data)
	if kind(err) != kind(goErr) {
		t.Fatalf("%v, but %v for Go: %x", err, goErr, data)
	}
	if err == nil && !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, but %d for Go: %x", len(got), len(want), data)
	}
}

func goUnpacks(data []byte) ([]byte, error) {
	z, err := stdgzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// kind names an error by its meaning, which Go and this package have errors of their own for.
func kind(err error) string {
	var corrupt stdflate.CorruptInputError
	switch {
	case err == nil:
		return "none"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated"
	case errors.Is(err, ErrHeader), errors.Is(err, stdgzip.ErrHeader):
		return "header"
	case errors.Is(err, ErrChecksum), errors.Is(err, stdgzip.ErrChecksum):
		return "checksum"
	case errors.Is(err, ErrCorrupt), errors.As(err, &corrupt):
		return "corrupt"
	}
	return err.Error()
}
