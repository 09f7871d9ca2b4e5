package cmd

import (
	"os"
	"runtime/debug"
)

const (
	// usualMemory is what the heap may grow to before garbage is collected harder. The program itself takes about as
	// much again as is missing to 64 MiB.
	usualMemory = 36 << 20
	// entryMemory is what a catalogued entry may add. Velero writes each item twice, so an item has twice as much.
	entryMemory = 115
	// fewCollections lets garbage pile up to so many percent of what is in use, where the bound allows that.
	fewCollections = 300
)

// boundMemory exchanges memory for time: fewer collections while there is room, more when there is not. Who sets Go's
// own variables knows better.
func boundMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(fewCollections)
		debug.SetMemoryLimit(usualMemory)
	}
}

// withRoom raises the bound by what a catalogue of the entries takes, as they are read, and passes on what it is told.
func withRoom(tell func(entries, bytes int64)) func(entries, bytes int64) {
	return func(entries, bytes int64) {
		if limit := usualMemory + entryMemory*entries; limit > debug.SetMemoryLimit(-1) {
			debug.SetMemoryLimit(limit)
		}
		if tell != nil {
			tell(entries, bytes)
		}
	}
}
