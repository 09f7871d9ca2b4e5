package pack

import (
	"archive/tar"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// BenchmarkPack is to be read beside BenchmarkOneStream: the same tar, one writer, one core.
func BenchmarkPack(b *testing.B) {
	entries := corpus(2000)
	b.SetBytes(bytesOf(entries))
	b.ReportAllocs()
	for b.Loop() {
		w := New(io.Discard, nil, Options{})
		if err := addAll(w, entries); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOneStream(b *testing.B) {
	entries := corpus(2000)
	b.SetBytes(bytesOf(entries))
	b.ReportAllocs()
	for b.Loop() {
		zw, err := gzip.NewWriterLevel(io.Discard, defaultLevel)
		if err != nil {
			b.Fatal(err)
		}
		tw := tar.NewWriter(zw)
		for _, e := range entries {
			h := &tar.Header{Typeflag: tar.TypeReg, Name: e.Path, Mode: e.Mode, ModTime: e.ModTime, Size: int64(len(e.Body))}
			if err := tw.WriteHeader(h); err != nil {
				b.Fatal(err)
			}
			if _, err := tw.Write(e.Body); err != nil {
				b.Fatal(err)
			}
		}
		if err := tw.Close(); err != nil {
			b.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHeader(b *testing.B) {
	e := corpus(1)[1]
	var header []byte
	for b.Loop() {
		header, _ = appendHeader(header[:0], &e)
	}
}

func bytesOf(entries []Entry) (n int64) {
	for _, e := range entries {
		n += blockSize + int64(len(e.Body)+len(padding(len(e.Body))))
	}
	return n
}
