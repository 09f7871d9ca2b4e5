package backup

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// This file is for those who look into a source instead of backing it up.

// Resources are the resources of which there are items, sorted.
func (s *Source) Resources() []string {
	return slices.DeleteFunc(s.index.Resources(), func(name string) bool { return len(s.index.Ranges(name, "")) == 0 })
}

// Resolve returns the full name of a resource that the user calls "deploy", "deployments" or "deployment.apps". One of
// which there are items goes before one of the same name of which there are none.
func (s *Source) Resolve(name string) (string, error) {
	known := s.Resources()
	if slices.Contains(known, name) {
		return name, nil
	}
	full, ok := s.known.Resolve(name)
	if ok && slices.Contains(known, full) {
		return full, nil
	}
	plural, _, _ := strings.Cut(full, ".")
	for _, candidate := range known {
		if plain, _, _ := strings.Cut(candidate, "."); plain == plural && !strings.Contains(name, ".") {
			return candidate, nil
		}
	}
	if ok {
		return full, nil
	}
	return "", fmt.Errorf("%s: unknown resource: there are %s", name, strings.Join(known, ", "))
}

// Count is the number of items of a resource, and of the namespaces that hold them.
func (s *Source) Count(resource string) (items, namespaces int) {
	for _, rg := range s.index.Ranges(resource, "") {
		items += int(rg.To - rg.From)
		if rg.Namespace != "" {
			namespaces++
		}
	}
	return items, namespaces
}

// Items yields the addresses of a resource's items, by namespace and file name.
func (s *Source) Items(resource string) iter.Seq[layout.ItemKey] {
	return func(yield func(layout.ItemKey) bool) {
		for id := range s.items(resource) {
			if !yield(s.index.Key(id)) {
				return
			}
		}
	}
}

// Has says whether there is an item at the address.
func (s *Source) Has(key layout.ItemKey) bool {
	_, ok := s.index.Find(key)
	return ok
}

// Item reads the item at an address, which must be what the address says; it is nil if there is none.
func (s *Source) Item(key layout.ItemKey) (*object.Value, error) {
	id, ok := s.index.Find(key)
	if !ok {
		return nil, nil
	}
	return s.read(id)
}

// Findings are what was odd about the source itself.
func (s *Source) Findings() []report.Finding { return s.findings }

// LeftOut are those findings that tell of manifests which have become no item.
func (s *Source) LeftOut() []report.Finding { return s.leftOut }

// keyPurpose stands before the items where a key is made of them, so that it is not their digest.
const keyPurpose = "veltx: key for redacted values of items\x00"

// RedactionKey is a key that whoever has the items can make, and nobody else: equal items have equal keys.
func (s *Source) RedactionKey(ctx context.Context) ([]byte, error) {
	h := sha256.New()
	_, _ = h.Write([]byte(keyPurpose))
	for _, resource := range s.index.Resources() {
		for id := range s.items(resource) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			body, _, err := s.index.Body(id)
			if err != nil {
				return nil, err
			}
			tarball.HashTexts(h, []byte(s.index.Key(id).String()), body)
		}
	}
	return h.Sum(nil), nil
}
