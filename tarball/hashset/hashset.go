// Package hashset remembers many hashes in little memory.
package hashset

import "math/bits"

// Set holds hashes of 64 bits in a table that is never more than three quarters full and grows by half: 11 to 16 bytes a
// hash, 27 while it grows. Hashes should be well mixed, as those of hash/maphash are. The zero Set is empty. It is for
// one goroutine.
type Set struct {
	slots []uint64 // 0 is free
	used  int
}

const leastSlots = 1024

// Add says whether the hash is new. Zero counts as one.
func (s *Set) Add(hash uint64) bool {
	if s.used >= len(s.slots)/4*3 {
		s.grow()
	}
	if !s.insert(max(1, hash)) {
		return false
	}
	s.used++
	return true
}

func (s *Set) insert(h uint64) bool {
	start, _ := bits.Mul64(h, uint64(len(s.slots)))
	for i := int(start); ; i++ {
		if i == len(s.slots) {
			i = 0
		}
		switch s.slots[i] {
		case 0:
			s.slots[i] = h
			return true
		case h:
			return false
		}
	}
}

func (s *Set) grow() {
	old := s.slots
	s.slots = make([]uint64, max(leastSlots, len(old)/2*3))
	for _, h := range old {
		if h != 0 {
			s.insert(h)
		}
	}
}
