package restore

import (
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// scratch is the memory for one item on its way: its text and its changes. Its end is the end of the item, as a sink must
// not keep what it is shown, and then the next item gets it.
type scratch struct {
	body    []byte
	changes []report.Change
}

// largestScratch is the text beyond which scratch is not worth keeping.
const largestScratch = 1 << 20

// scratches are those to spare. While an item waits for those that it brings in, each of these has one of its own.
type scratches struct {
	spare []*scratch
	wipe  bool // Options.Wipe
}

func (s *scratches) borrow() *scratch {
	n := len(s.spare)
	if n == 0 {
		return &scratch{}
	}
	last := s.spare[n-1]
	s.spare = s.spare[:n-1]
	return last
}

// giveBack takes an item's memory for the next one.
func (s *scratches) giveBack(used *scratch, it *pipeline.Item) {
	if cap(used.body) > largestScratch {
		return
	}
	if s.wipe {
		for i := range used.body {
			used.body[i] = '!'
		}
	}
	used.changes = it.Report.Changes
	clear(used.changes)
	used.body, used.changes = used.body[:0], used.changes[:0]
	s.spare = append(s.spare, used)
}
