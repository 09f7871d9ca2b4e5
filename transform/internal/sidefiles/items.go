package sidefiles

import (
	"hash/maphash"

	"github.com/veltx/veltx/tarball/layout"
)

// Items remembers which items of a backup are in the copy, by their addresses in the original: nine bytes each.
type Items struct {
	seed maphash.Seed
	kept map[uint64]bool
}

// NewItems returns a memory of no item.
func NewItems() *Items { return &Items{seed: maphash.MakeSeed(), kept: map[uint64]bool{}} }

// Note remembers an item.
func (s *Items) Note(item layout.ItemKey, kept bool) { s.kept[s.hash(item)] = kept }

// Kept says whether the item is in the copy; known is false for one that the original does not have either.
func (s *Items) Kept(resource, namespace, name string) (kept, known bool) {
	kept, known = s.kept[s.hash(layout.Address{Resource: resource, Namespace: namespace, Name: name}.Key())]
	return kept, known
}

func (s *Items) hash(item layout.ItemKey) uint64 { return maphash.Comparable(s.seed, item.Plain()) }
