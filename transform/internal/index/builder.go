package index

import (
	"errors"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/spool"
)

// Builder makes an Index of items that do not come from an archive. It is ended by Finish or Abort.
type Builder struct {
	index *Index
	ended bool
}

// NewBuilder begins an Index whose bodies are spooled below tempDir.
func NewBuilder(tempDir string) (*Builder, error) {
	spooled, err := spool.Create(tempDir)
	if err != nil {
		return nil, err
	}
	return &Builder{index: &Index{spool: spooled, folders: map[string]map[string]bool{}}}, nil
}

// Add adds a copy of an item. Of several with one key the first counts.
func (b *Builder) Add(key layout.ItemKey, body []byte) error {
	b.index.note(key)
	return b.index.put(key, key.Path(), body, true)
}

// Note makes a version directory of a resource known without a copy in it.
func (b *Builder) Note(key layout.ItemKey) { b.index.note(key) }

// Finish returns the Index, which the caller closes.
func (b *Builder) Finish() (*Index, error) {
	b.ended = true
	if err := b.index.spool.Finish(); err != nil {
		return nil, errors.Join(err, b.index.spool.Close())
	}
	b.index.sort()
	return b.index, nil
}

// Abort removes the spool. After Finish it does nothing.
func (b *Builder) Abort() {
	if !b.ended {
		b.ended = true
		_ = b.index.spool.Close()
	}
}
