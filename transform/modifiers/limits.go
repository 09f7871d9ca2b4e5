package modifiers

import (
	"fmt"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/gobwas/glob"
)

const (
	// defaultSize bounds a patched item that nobody bounds otherwise.
	defaultSize int64 = 32 << 20
	// maxPattern is how long a glob or regular expression may be. Names have 253 bytes at most, and what compiling costs
	// grows faster than the text.
	maxPattern = 4096
)

// Within returns the same rules for items of a size at most. A JSON patch that copies a value into itself doubles it with
// each operation.
// Differs from Velero: it has no limit, and an item that outgrows its memory ends it.
func (r *Rules) Within(size int64) *Rules {
	limited := *r
	limited.size = size
	return &limited
}

func (r *Rules) how() how { return how{size: r.limit(), before114: r.before114} }

func (r *Rules) limit() int64 {
	if r.size > 0 {
		return r.size
	}
	return defaultSize
}

// applyWithin applies a patch whose copies come to a size at most.
func applyWithin(patch jsonpatch.Patch, text []byte, size int64) ([]byte, error) {
	options := jsonpatch.NewApplyOptions()
	options.AccumulatedCopySizeLimit = size
	text, err := patch.ApplyWithOptions(text, options)
	if err == nil {
		err = checkSize(text, size)
	}
	return text, err
}

func checkSize(text []byte, size int64) error {
	if int64(len(text)) <= size {
		return nil
	}
	return fmt.Errorf("the patched item has %d bytes, over the limit of %d", len(text), size)
}

func checkPattern(pattern string) error {
	if len(pattern) <= maxPattern {
		return nil
	}
	return fmt.Errorf("has %d bytes, over the limit of %d", len(pattern), maxPattern)
}

func compileGlob(pattern string, separators ...rune) (glob.Glob, error) {
	if err := checkPattern(pattern); err != nil {
		return nil, err
	}
	return guarded(func() (glob.Glob, error) { return glob.Compile(pattern, separators...) })
}
