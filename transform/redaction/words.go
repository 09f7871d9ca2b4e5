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
	starts  [64]uint64       // a bit for each hash of the first bytes of a word
	lengths map[uint32][]int // of the words that begin alike, the longest first
	words   map[string]word  // by what has to stand in a text
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
	if w.words == nil {
		w.lengths, w.words = map[uint32][]int{}, map[string]word{}
	}
	part := text[:min(len(text), longest)]
	if _, ok := w.words[part]; ok {
		return
	}
	w.words[part] = word{text, of}
	start := first(text)
	w.starts[spot(start)/64] |= 1 << (spot(start) % 64)
	lengths := w.lengths[start]
	if at, ok := slices.BinarySearchFunc(lengths, len(part), func(a, b int) int { return b - a }); !ok {
		w.lengths[start] = slices.Insert(lengths, at, len(part))
	}
}

func first(text string) uint32 {
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}

func spot(start uint32) uint32 { return start * 0x9E3779B1 >> 20 }

// Find returns where the next word stands in the text, from an index on, and its number; start is -1 where there is none.
func (w *Words) Find(text string, from int) (start, end, of int) {
	for i := from; i+shortest <= len(text) && w.words != nil; i++ {
		head := first(text[i:])
		if s := spot(head); w.starts[s/64]&(1<<(s%64)) == 0 {
			continue
		}
		if length, of := w.at(text[i:], w.lengths[head]); length > 0 {
			return i, i + length, of
		}
	}
	return -1, 0, 0
}

// at returns the length of the longest word that the text begins with.
func (w *Words) at(text string, lengths []int) (length, of int) {
	for _, n := range lengths {
		if n > len(text) {
			continue
		}
		found, ok := w.words[text[:n]]
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
