package findings

import (
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// tally gathers items by a word.
type tally map[string]*items

// add adds an item to those of a word.
func (t tally) add(word string, it *pipeline.Item) {
	of := t[word]
	if of == nil {
		of = &items{}
		t[word] = of
	}
	of.add(it)
}

// items are some of the restore. Of most it keeps the number, as there may be very many.
type items struct {
	numbers []uint32
	spaces  []string // Namespaces, which have no number
}

func (s *items) add(it *pipeline.Item) {
	if it.Key.Resource == layout.Namespaces {
		s.spaces = append(s.spaces, it.Key.Name)
		return
	}
	s.numbers = append(s.numbers, uint32(it.Number))
}

// len is how many items there are.
func (s *items) len() int { return len(s.numbers) + len(s.spaces) }

// names are the addresses of the items in the backup, sorted.
func (s *items) names(b Backup) []string {
	names := make([]string, 0, s.len())
	for _, number := range s.numbers {
		names = append(names, b.Address(int(number)).String())
	}
	for _, name := range s.spaces {
		names = append(names, layout.Address{Resource: layout.Namespaces, Name: name}.String())
	}
	slices.Sort(names)
	return names
}
