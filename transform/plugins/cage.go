package plugins

import (
	"fmt"
	"strings"
)

// Bounds of a process.
const (
	maxMemory    = 2 << 30  // bytes of data
	maxFile      = 64 << 20 // bytes of a file that it writes
	maxFiles     = 1024     // that it has open
	maxProcesses = 512      // that it starts, threads included
	maxAnswer    = 64 << 20 // bytes of an answer
)

// sizeOf is a size that is a whole number of its unit.
func sizeOf(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%d GiB", bytes>>30)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// Holds says what keeps a process in, on this machine.
type Holds struct {
	Network bool `json:"network"` // it has none
	Files   bool `json:"files"`   // it sees its own folder and what programs need, and writes to the first only
	Memory  bool `json:"memory"`  // it is bounded
	// Why says what is in the way of the rest.
	Why string `json:"why,omitempty"`
}

// Lacks is what does not keep a process in, in words; "" if all does.
func (h Holds) Lacks() string {
	var lacks []string
	for _, bound := range []struct {
		holds bool
		text  string
	}{
		{h.Network, "can use the network"}, {h.Files, "can read and write your files"}, {h.Memory, "can use all of the memory"},
	} {
		if !bound.holds {
			lacks = append(lacks, bound.text)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	text := strings.Join(lacks, " and ")
	if len(lacks) == 3 {
		text = lacks[0] + ", " + lacks[1] + " and " + lacks[2]
	}
	if h.Why != "" {
		text += " (" + h.Why + ")"
	}
	return text
}
