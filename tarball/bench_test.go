package tarball

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// large is a backup of 2,000 items, each twice as Velero writes them.
func large(b *testing.B) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	entries := []entry{file("metadata/version", "1.1.0\n")}
	for i := range 2000 {
		body := []byte(`{"apiVersion":"v1","kind":"ConfigMap","data":{`)
		for n := r.IntN(200); n > 0; n-- {
			body = fmt.Appendf(body, `"key-%d":"%x",`, n, r.Uint32())
		}
		body = fmt.Appendf(body, `"z":""},"metadata":{"name":"item-%d","namespace":"shop"}}`, i)
		name := fmt.Sprintf("namespaces/shop/item-%d.json", i)
		entries = append(entries, file("resources/configmaps/"+name, string(body)),
			file("resources/configmaps/v1-preferredversion/"+name, string(body)))
	}
	return tarOf(b, entries...)
}

func BenchmarkEach(b *testing.B) {
	data := large(b)
	for _, c := range []struct {
		name string
		data []byte
		body bool
	}{
		{"tar", data, false}, {"tar with bodies", data, true},
		{"tar.gz", gz(b, data), false}, {"tar.gz with bodies", gz(b, data), true},
	} {
		b.Run(c.name, func(b *testing.B) {
			source, err := Open(b.Context(), onDisk(b, "b", c.data), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer source.Close()
			visit := func(*Entry) error { return nil }
			if c.body {
				visit = func(e *Entry) error { _, err := e.Body(); return err }
			}
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := source.Each(b.Context(), visit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
