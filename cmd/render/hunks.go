package render

import (
	"bytes"
)

// hunks writes the hunks of a unified diff behind its two names, the lines taken away and put in told apart by colour as
// well. Nothing is written where there are none.
func (p *page) hunks(from, to string, text []byte) {
	if len(text) == 0 {
		return
	}
	p.line(strong, "--- "+from)
	p.line(strong, "+++ "+to)
	for line := range bytes.Lines(text) {
		p.line(hunkInk(line), string(bytes.TrimSuffix(line, []byte("\n"))))
	}
}

func hunkInk(line []byte) ink {
	switch line[0] {
	case '+':
		return good
	case '-':
		return bad
	case '@':
		return faint
	}
	return plain
}
