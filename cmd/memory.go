package cmd

import (
	"math"
	"os"
	"runtime/debug"
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
