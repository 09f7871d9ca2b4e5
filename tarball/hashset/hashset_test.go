package hashset

import (
	"hash/maphash"
	"testing"
)

func TestEachHashIsNewOnce(t *testing.T) {
	var s Set
	seed := maphash.MakeSeed()
	for round := range 2 {
		for i := range 10_000 {
			if isNew := s.Add(maphash.Comparable(seed, i)); isNew != (round == 0) {
				t.Fatalf("round %d, hash %d: new %v", round, i, isNew)
			}
		}
	}
	if len(s.slots) > 2*10_000 {
		t.Errorf("%d slots for 10,000 hashes", len(s.slots))
	}
}

func TestHashesThatFallOnOnePlace(t *testing.T) {
	var s Set
	for round := range 2 {
		for _, h := range []uint64{0, 2, 3, 1 << 63, ^uint64(0), ^uint64(0) - 1, ^uint64(0) - 2} {
			if isNew := s.Add(h); isNew != (round == 0) {
				t.Errorf("round %d, hash %x: new %v", round, h, isNew)
			}
		}
	}
	if s.Add(1) {
		t.Error("1 is told from 0")
	}
}
