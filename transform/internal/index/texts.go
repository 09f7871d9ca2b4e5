package index

import "cmp"

// chunkBytes is how many bytes of strings stand in one.
const chunkBytes = 64 << 10

// texts keeps many short strings within few long ones: the garbage collector looks at pointers, and here are few.
type texts struct {
	chunks []string
	open   []byte // the chunk that is being filled
}

// text is where a string is.
type text struct{ chunk, at, size uint32 }

// add keeps a copy of a string, which can be asked for after finish.
func (t *texts) add(s string) text {
	if len(t.open)+len(s) > chunkBytes {
		t.finish()
	}
	at := len(t.open)
	t.open = append(t.open, s...)
	return text{chunk: uint32(len(t.chunks)), at: uint32(at), size: uint32(len(s))}
}

// compare orders texts as they were added.
func (s text) compare(other text) int {
	return cmp.Or(cmp.Compare(s.chunk, other.chunk), cmp.Compare(s.at, other.at))
}

// finish ends the chunk that is being filled.
func (t *texts) finish() {
	if len(t.open) > 0 {
		t.chunks = append(t.chunks, string(t.open))
		t.open = t.open[:0]
	}
}

func (t *texts) get(s text) string {
	if s.size == 0 {
		return ""
	}
	return t.chunks[s.chunk][s.at:][:s.size]
}
