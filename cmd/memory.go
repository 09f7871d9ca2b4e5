package cmd

import (
	"math"
	"os"
	"runtime/debug"
	"sync"
)

const (
	// usualMemory is what the heap may grow to before garbage is collected harder. The program itself takes about as
	// much again as is missing to 64 MiB.
	usualMemory = 40 << 20
	// entryMemory is what a catalogued entry may add. Velero writes each item twice, so an item has twice as much.
	entryMemory = 105
	// fewCollections lets garbage pile up to so many percent of what is in use, where the bound allows that.
	fewCollections = 300
)

// boundMemory exchanges memory for time: fewer collections while there is room, more when there is not.
func boundMemory() {
	if boundByUser() {
		return
	}
	debug.SetGCPercent(fewCollections)
	debug.SetMemoryLimit(usualMemory)
}

// boundByUser: who sets Go's own variables knows better.
func boundByUser() bool { return os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" }

// allowMemory raises the bound by what so many more entries take in an index.
func allowMemory(entries int64) {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 && !boundByUser() {
		debug.SetMemoryLimit(limit + entryMemory*entries)
	}
}

// memoryOfMany raises the bound for backups of which several are read at once, as far as those at one time need it.
type memoryOfMany struct {
	mutex         sync.Mutex
	used, granted int64 // entries
}

// memoryShare is what one of the backups needs.
type memoryShare struct {
	all  *memoryOfMany
	used int64
}

func (m *memoryOfMany) share() *memoryShare { return &memoryShare{all: m} }

// allow raises the bound by what so many more entries take, where no other backup has left room for them.
func (s *memoryShare) allow(entries int64) {
	s.used += entries
	s.all.mutex.Lock()
	defer s.all.mutex.Unlock()
	if s.all.used += entries; s.all.used > s.all.granted {
		allowMemory(s.all.used - s.all.granted)
		s.all.granted = s.all.used
	}
}

// release gives back what the backup needed.
func (s *memoryShare) release() {
	s.all.mutex.Lock()
	defer s.all.mutex.Unlock()
	s.all.used -= s.used
}
