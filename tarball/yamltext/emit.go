package yamltext

import (
	"bytes"
	"slices"

	"github.com/veltx/veltx/tarball/object"
)

const (
	// deepest is the nesting of blocks; what lies deeper is written in flow style, or hostile input would be blown up
	// by indentation.
	deepest = 64
	// longestKey is a little less than the 1024 characters that a key may have without being marked by "? ".
	longestKey = 1000
	step       = 2 // spaces of indentation
)

// Append adds the value to dst as one YAML document without a marker, ended by a line break.
func Append(dst []byte, v *object.Value) []byte { return AppendJSON(dst, v.JSON()) }

// AppendJSON is Append for the text of a value, which must be valid JSON.
func AppendJSON(dst, text []byte) []byte {
	e := emitter{out: dst, text: text}
	if e.document(); !e.twice {
		return e.out
	}
	e = emitter{out: e.out[:len(dst)], text: withoutDuplicates(text)}
	e.document()
	return e.out
}

// emitter turns text, which is valid JSON, into out.
type emitter struct {
	out  []byte
	text []byte
	at   int // in text

	decoded []byte // the string at hand, where it has escapes
	twice   bool   // an object may have a key twice
}

func (e *emitter) document() {
	e.space()
	switch {
	case e.text[e.at] == '"':
		s, c := e.str()
		e.scalarOnOneLine(s, c)
		e.out = append(e.out, '\n')
	case e.isBlock(0):
		e.block(0, 0, 0)
	default:
		e.inline(0)
	}
}

// space skips what may stand before a token, of which Velero writes none.
func (e *emitter) space() {
	if e.text[e.at] <= ' ' {
		e.spaces()
	}
}

func (e *emitter) spaces() {
	for e.text[e.at] <= ' ' {
		e.at++
	}
}

// isBlock says that the value takes lines of its own: an object or array that is not empty.
func (e *emitter) isBlock(depth int) bool {
	c := e.text[e.at]
	if c != '{' && c != '[' || depth >= deepest {
		return false
	}
	next := e.at + 1
	for e.text[next] <= ' ' {
		next++
	}
	return e.text[next] != c+2 // the closing bracket, both of { and of [
}

// block writes an object with its keys at keyIndent, or an array with its dashes at dashIndent; the first line has its
// indentation already.
func (e *emitter) block(keyIndent, dashIndent, depth int) {
	if e.text[e.at] == '{' {
		e.mapping(keyIndent, depth)
		return
	}
	e.sequence(dashIndent, depth)
}

func (e *emitter) mapping(indent, depth int) {
	var before []byte
	for first := true; e.text[e.at] != '}'; first = false {
		e.at++ // past the bracket or comma
		e.space()
		if !first {
			e.indent(indent)
		}
		long := e.key(&before)
		e.space()
		e.at++ // past the colon
		e.space()
		switch {
		case long || !e.isBlock(depth+1):
			e.out = append(e.out, ' ')
			e.inline(indent + step)
		case e.text[e.at] == '{':
			e.out = append(e.out, '\n')
			e.indent(indent + step)
			e.mapping(indent+step, depth+1)
		default:
			e.out = append(e.out, '\n')
			e.indent(indent)
			e.sequence(indent, depth+1)
		}
		e.space()
	}
	e.at++
}

func (e *emitter) sequence(indent, depth int) {
	for first := true; e.text[e.at] != ']'; first = false {
		e.at++ // past the bracket or comma
		e.space()
		if !first {
			e.indent(indent)
		}
		e.out = append(e.out, '-', ' ')
		if e.isBlock(depth + 1) {
			e.block(indent+step, indent+step, depth+1)
		} else {
			e.inline(indent + step)
		}
		e.space()
	}
	e.at++
}

const spaces = "                                                                "

func (e *emitter) indent(n int) {
	for ; n > len(spaces); n -= len(spaces) {
		e.out = append(e.out, spaces...)
	}
	e.out = append(e.out, spaces[:n]...)
}

// key writes a key and its colon. It says whether the key is so long that it had to be marked.
func (e *emitter) key(before *[]byte) (long bool) {
	s, c := e.newKey(before)
	start := len(e.out)
	e.scalarOnOneLine(s, c)
	if long = len(e.out)-start > longestKey; long {
		e.out = slices.Insert(e.out, start, '?', ' ')
		e.out = append(e.out, '\n')
		e.column(start)
	}
	e.out = append(e.out, ':')
	return long
}

// column moves to the column at which the text at the given index stands.
func (e *emitter) column(index int) {
	e.indent(index - (bytes.LastIndexByte(e.out[:index], '\n') + 1))
}

// inline writes a value that starts on the line at hand and ends that line. Literal blocks are indented by indent.
func (e *emitter) inline(indent int) {
	switch e.text[e.at] {
	case '"':
		s, c := e.str()
		if c&newline != 0 && e.literal(s, c, indent) {
			return
		}
		e.scalarOnOneLine(s, c)
	default:
		e.flow()
	}
	e.out = append(e.out, '\n')
}

// flow writes a value on one line.
func (e *emitter) flow() {
	switch e.text[e.at] {
	case '{', '[':
		e.collection()
	case '"':
		s, _ := e.str()
		e.doubleQuoted(s)
	default:
		e.token()
	}
}

func (e *emitter) collection() {
	closing := e.text[e.at] + 2
	isObject := closing == '}'
	e.out = append(e.out, e.text[e.at])
	e.at++
	e.space()
	var before []byte
	for first := true; e.text[e.at] != closing; first = false {
		if !first {
			e.at++ // past the comma
			e.space()
			e.out = append(e.out, ',', ' ')
		}
		if isObject {
			e.flowKey(&before)
		}
		e.flow()
		e.space()
	}
	e.at++
	e.out = append(e.out, closing)
}

func (e *emitter) flowKey(before *[]byte) {
	s, _ := e.newKey(before)
	start := len(e.out)
	e.doubleQuoted(s)
	if len(e.out)-start > longestKey {
		e.out = slices.Insert(e.out, start, '?', ' ')
	}
	e.space()
	e.at++ // past the colon
	e.space()
	e.out = append(e.out, ':', ' ')
}

// token copies a number, true, false or null.
func (e *emitter) token() {
	from, exponent := e.at, -1
	for ; e.at < len(e.text); e.at++ {
		switch e.text[e.at] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			e.number(e.text[from:e.at], exponent)
			return
		case 'e', 'E':
			exponent = e.at - from
		}
	}
	e.number(e.text[from:], exponent)
}

// number copies a token as it stands, but 1e3 becomes 1.0e+3: without point and sign YAML 1.1 takes it for a string.
func (e *emitter) number(token []byte, exponent int) {
	if exponent < 0 || token[0] > '9' {
		e.out = append(e.out, token...)
		return
	}
	e.out = append(e.out, token[:exponent]...)
	if bytes.IndexByte(token[:exponent], '.') < 0 {
		e.out = append(e.out, '.', '0')
	}
	e.out = append(e.out, 'e')
	digits := token[exponent+1:]
	if digits[0] != '-' && digits[0] != '+' {
		e.out = append(e.out, '+')
	}
	e.out = append(e.out, digits...)
}
