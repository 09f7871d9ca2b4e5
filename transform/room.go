package transform

import "github.com/veltx/veltx/transform/report"

// room is the memory for one item on its way: its text and its changes. Its end is the end of the item, as a sink must
// not keep what it is shown, and then the next item gets it.
type room struct {
	body    []byte
	changes []report.Change
}

// largestRoom is the text beyond which a room is not worth keeping.
const largestRoom = 256 << 10

// wipeRooms makes a use of an item after its end show. Tests set it.
var wipeRooms = false

// borrowRoom returns a room; while an item waits for those that it brings in, each of these has one of its own.
func (r *run) borrowRoom() *room {
	if n := len(r.rooms); n > 0 {
		last := r.rooms[n-1]
		r.rooms = r.rooms[:n-1]
		return last
	}
	return &room{}
}

// end gives the item's room back.
func (it *item) end() {
	spare := it.room
	if spare == nil || cap(spare.body) > largestRoom {
		return
	}
	if wipeRooms {
		for i := range spare.body {
			spare.body[i] = '!'
		}
	}
	spare.changes = it.report.Changes
	clear(spare.changes)
	spare.body, spare.changes = spare.body[:0], spare.changes[:0]
	it.rooms = append(it.rooms, spare)
}
