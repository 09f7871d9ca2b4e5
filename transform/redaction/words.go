package redaction

import (
	"slices"
)

const (
	// shortest is the length in bytes of the shortest word that is looked for.
	shortest = 4
	// longest is how many bytes of a word have to stand in a text; it goes on for as long as the text is alike.
	longest = 64
)

// Words are looked for in texts, all at once. The time that takes depends on the text and not on the number of words,
// even where somebody chose both.
type Words struct {
	starts  [1 << 10]uint64 // a bit for each hash of the first bytes of a word
	buckets map[uint32]*bucket
}

// bucket has the words that begin alike, by what has to stand in a text.
type bucket struct {
	lengths []int // longest first
	words   map[string]word
}

type word struct {
	text string
	of   int
}

// Add adds a word, with a number of the caller's. One of fewer than four bytes is not looked for.
func (w *Words) Add(text string, of int) {
	if len(text) < shortest {
		return
	}
	if w.buckets == nil {
		w.buckets = map[uint32]*bucket{}
	}
	start := first(text)
	b := w.buckets[start]
	if b == nil {
		b = &bucket{words: map[string]word{}}
		w.buckets[start] = b
		w.starts[spot(start)/64] |= 1 << (spot(start) % 64)
	}
	part := text[:min(len(text), longest)]
	if _, ok := b.words[part]; ok {
		return
	}
	b.words[part] = word{text, of}
	if at, ok := slices.BinarySearchFunc(b.lengths, len(part), func(a, b int) int { return b - a }); !ok {
		b.lengths = slices.Insert(b.lengths, at, len(part))
	}
}

func first(text string) uint32 {
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}

func spot(start uint32) uint32 { return start * 0x9E3779B1 >> 16 }

// Find returns where the next word stands in the text, from an index on, and its number; start is -1 where there is none.
func (w *Words) Find(text string, from int) (start, end, of int) {
	if w.buckets == nil {
		return -1, 0, 0
	}
	for i := from; i+shortest <= len(text); i++ {
		head := first(text[i:])
		if s := spot(head); w.starts[s/64]&(1<<(s%64)) == 0 {
			continue
		}
		if b := w.buckets[head]; b != nil {
			if length, of := b.at(text[i:]); length > 0 {
				return i, i + length, of
			}
		}
	}
	return -1, 0, 0
}

// at returns the length of the longest word that the text begins with.
func (b *bucket) at(text string) (length, of int) {
	for _, n := range b.lengths {
		if n > len(text) {
			continue
		}
		found, ok := b.words[text[:n]]
		if !ok {
			continue
		}
		for n < min(len(text), len(found.text)) && text[n] == found.text[n] {
			n++
		}
		return n, found.of
	}
	return 0, 0
}
