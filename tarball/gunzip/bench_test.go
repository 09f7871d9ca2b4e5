package gunzip

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// BenchmarkReader compares with the library; VELTX_BACKUP names a backup to read in place of a made text.
func BenchmarkReader(b *testing.B) {
	data := packed(b, texts()["items"])["Go's level 6"]
	if name := os.Getenv("VELTX_BACKUP"); name != "" {
		var err error
		if data, err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	for name, open := range map[string]func(io.Reader) (io.Reader, error){
		"veltx":     func(in io.Reader) (io.Reader, error) { return NewReader(in) },
		"klauspost": func(in io.Reader) (io.Reader, error) { return gzip.NewReader(in) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				z, err := open(bytes.NewReader(data))
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{z}, make([]byte, 64<<10))
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(n)
			}
		})
	}
}
