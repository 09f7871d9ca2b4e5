package tarball

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
)

// gzipSamples are small files of every form that deflate has, and of several members.
func gzipSamples(t *testing.T) map[string]struct{ plain, packed []byte } {
	text := []byte(strings.Repeat(`{"apiVersion":"v1","kind":"Pod"}`, 4) + "0123456789 and no more of it")
	samples := map[string]struct{ plain, packed []byte }{}
	for name, level := range map[string]int{"stored": gzip.NoCompression, "fast": gzip.BestSpeed, "best": gzip.BestCompression, "huffman only": gzip.HuffmanOnly} {
		samples[name] = struct{ plain, packed []byte }{text, packMember(t, text, level, "")}
	}
	samples["nothing"] = struct{ plain, packed []byte }{nil, packMember(t, nil, gzip.BestSpeed, "")}
	samples["members with names"] = struct{ plain, packed []byte }{
		bytes.Repeat(text, 3),
		bytes.Join([][]byte{packMember(t, text, gzip.BestSpeed, "first"), packMember(t, nil, gzip.BestSpeed, "none"), packMember(t, append(bytes.Clone(text), text...), gzip.BestSpeed, "last")}, nil),
	}
	return samples
}

func packMember(t *testing.T, plain []byte, level int, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if name != "" {
		w.Name, w.Comment, w.Extra = name, "a comment", []byte("more")
	}
	_, _ = w.Write(plain)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gunzip(in io.Reader) ([]byte, error) {
	z, err := newGzipReader(in)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(z)
	if n, again := z.Read(make([]byte, 1)); n > 0 || again == nil || err != nil && !errors.Is(again, err) {
		return got, fmt.Errorf("after %w there came %d bytes and %w", err, n, again)
	}
	return got, err
}

func TestGzipOfAnyFormAndReader(t *testing.T) {
	for name, s := range gzipSamples(t) {
		for how, in := range map[string]io.Reader{
			"whole":                 bytes.NewReader(s.packed),
			"a byte at a time":      iotest.OneByteReader(bytes.NewReader(s.packed)),
			"the end with the data": iotest.DataErrReader(bytes.NewReader(s.packed)),
		} {
			if got, err := gunzip(in); err != nil || !bytes.Equal(got, s.plain) {
				t.Errorf("%s, %s: got %q, %v, want %q", name, how, got, err, s.plain)
			}
		}
	}
}

func TestGzipCutAtAnyByteIsTruncated(t *testing.T) {
	for name, s := range gzipSamples(t) {
		ends := 0
		for size := range s.packed {
			got, err := gunzip(bytes.NewReader(s.packed[:size]))
			if err == nil && name == "members with names" && !bytes.Equal(got, s.plain) {
				ends++ // a file may end with any of its members
				continue
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(s.plain, got) {
				t.Fatalf("%s: the first %d of %d bytes: %q, %v", name, size, len(s.packed), got, err)
			}
		}
		if want := map[bool]int{true: 2}[name == "members with names"]; ends != want {
			t.Errorf("%s: %d places to end at, not %d", name, ends, want)
		}
	}
}

func TestGzipWithAnyBitFlippedIsRefusedOrTheSame(t *testing.T) {
	for name, s := range gzipSamples(t) {
		refused := 0
		for bit := range 8 * len(s.packed) {
			data := bytes.Clone(s.packed)
			data[bit/8] ^= 1 << (bit % 8)
			got, err := gunzip(bytes.NewReader(data))
			if err == nil && !bytes.Equal(got, s.plain) {
				t.Fatalf("%s: bit %d of byte %d is flipped: %q, not %q", name, bit%8, bit/8, got, s.plain)
			}
			if err == nil {
				continue
			}
			refused++
			if known := readError("b", "", err); !errors.Is(known, ErrTruncated) && !errors.Is(known, ErrDamaged) {
				t.Fatalf("%s: bit %d of byte %d is flipped: %v", name, bit%8, bit/8, known)
			}
		}
		if refused < 4*len(s.packed) { // names and times are free
			t.Errorf("%s: of %d flips only %d were refused", name, 8*len(s.packed), refused)
		}
	}
}

func TestGzipWithSomethingBehind(t *testing.T) {
	whole := packMember(t, []byte("text"), gzip.BestSpeed, "")
	for tail, want := range map[string]error{
		"x": io.ErrUnexpectedEOF, "\x00": io.ErrUnexpectedEOF, strings.Repeat("\x00", 512): gzip.ErrHeader, "more than ten bytes": gzip.ErrHeader,
		string(whole[:1]): io.ErrUnexpectedEOF, string(whole[:len(whole)-1]): io.ErrUnexpectedEOF,
	} {
		if _, err := gunzip(bytes.NewReader(append(bytes.Clone(whole), tail...))); !errors.Is(err, want) {
			t.Errorf("followed by %q: %v, want %v", tail, err, want)
		}
	}
}

// TestAMatchCannotReachIntoTheMemberBefore: what one member holds is no part of the next one's data.
func TestAMatchCannotReachIntoTheMemberBefore(t *testing.T) {
	data := packMember(t, []byte("0123456789"), gzip.BestSpeed, "")
	data = append(data, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"...)
	data = append(data, 0x03, 0x02, 0x00) // a match of length 3 and distance 1, and the end
	data = append(data, make([]byte, 8)...)
	if _, err := gunzip(bytes.NewReader(data)); !isCorrupt(err) {
		t.Errorf("got %v", err)
	}
}

func TestGzipOfAReaderThatFails(t *testing.T) {
	broken := errors.New("broken")
	for name, s := range gzipSamples(t) {
		for at := range s.packed {
			got, err := gunzip(io.MultiReader(bytes.NewReader(s.packed[:at]), iotest.ErrReader(broken)))
			if !errors.Is(err, broken) || !bytes.HasPrefix(s.plain, got) {
				t.Fatalf("%s, after %d bytes: %v", name, at, err)
			}
		}
	}
}
