package verdict

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/strict"
	"github.com/veltx/veltx/transform/report"
)

// The version and kind of a baseline.
const (
	apiVersion = "veltx.io/v1alpha1"
	kind       = "Baseline"
)

// Key names a finding from one run to the next: its id, and an item that it is about as the source has it, or the subject
// of a finding that is about no items. Messages and numbers may change.
type Key struct {
	ID   string `json:"id"`
	Item string `json:"item,omitempty"`
}

// Baseline is a set of known findings.
type Baseline struct {
	known map[Key]bool // whether it was met in this run
}

type document struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Findings   []Key  `json:"findings"`
}

// keysOf are the keys of a finding: one of the whole plan has one for each item that it names.
func keysOf(f *report.Finding, item *report.Item) []Key {
	if item != nil || len(f.Items) == 0 {
		return []Key{KeyOf(f, item)}
	}
	keys := make([]Key, len(f.Items))
	for n, address := range f.Items {
		keys[n] = Key{f.ID, address}
	}
	return keys
}

// KeyOf is the key of an item's finding; item is nil for one of the whole plan, which is told by its subject.
func KeyOf(f *report.Finding, item *report.Item) Key {
	if item == nil {
		return Key{f.ID, f.Subject}
	}
	address := layout.Address{Resource: item.Resource, Namespace: cmp.Or(item.OriginalNamespace, item.Namespace), Name: cmp.Or(item.OriginalName, item.Name)}
	return Key{f.ID, address.String()}
}

// Read reads a baseline. Unknown fields and doubled entries are errors.
func Read(name string, in io.Reader) (*Baseline, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var d document
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("%s: is no baseline: %w", name, strict.Explain(err, text, &d))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: something stands behind the baseline: remove it", name)
	}
	if d.APIVersion != apiVersion || d.Kind != kind {
		return nil, fmt.Errorf("%s: apiVersion and kind are %q and %q, not %q and %q", name, d.APIVersion, d.Kind, apiVersion, kind)
	}
	b := &Baseline{known: map[Key]bool{}}
	for i, key := range d.Findings {
		if key.ID == "" {
			return nil, fmt.Errorf("%s: findings[%d].id: is missing", name, i)
		}
		if _, twice := b.known[key]; twice {
			return nil, fmt.Errorf("%s: findings[%d]: %s of %q stands there twice: remove one", name, i, key.ID, key.Item)
		}
		b.known[key] = false
	}
	return b, nil
}

// Fresh is the same baseline in a run of its own.
func (b *Baseline) Fresh() *Baseline {
	if b == nil {
		return nil
	}
	fresh := &Baseline{known: make(map[Key]bool, len(b.known))}
	for key := range b.known {
		fresh.known[key] = false
	}
	return fresh
}

// accepts says whether the finding is known.
func (b *Baseline) accepts(key Key) bool {
	if b == nil {
		return false
	}
	_, ok := b.known[key]
	if ok {
		b.known[key] = true
	}
	return ok
}

// Gone is how many findings of the baseline were not met.
func (b *Baseline) Gone() int {
	gone := 0
	if b != nil {
		for _, met := range b.known {
			if !met {
				gone++
			}
		}
	}
	return gone
}

// Write writes a baseline of the findings, sorted, each once.
func Write(out io.Writer, keys []Key) error {
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, func(a, b Key) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Item, b.Item)) })
	var text bytes.Buffer
	encode := json.NewEncoder(&text)
	encode.SetEscapeHTML(false)
	encode.SetIndent("", "  ")
	d := document{APIVersion: apiVersion, Kind: kind, Findings: slices.Compact(sorted)}
	if d.Findings == nil {
		d.Findings = []Key{}
	}
	if err := encode.Encode(d); err != nil {
		return err
	}
	_, err := out.Write(object.Printable(text.Bytes()))
	return err
}
