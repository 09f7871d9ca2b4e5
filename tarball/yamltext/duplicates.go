package yamltext

import "bytes"

// newKey reads a key and notes whether its object may have had it before: keys that rise do not repeat. Some texts spell
// one key in two ways, and keys that are not sorted come from programs other than Velero; both are looked at closely.
func (e *emitter) newKey(before *[]byte) ([]byte, class) {
	from := e.at + 1
	s, c := e.str()
	text := e.text[from : e.at-1 : e.at-1]
	if c&spelled != 0 || *before != nil && bytes.Compare(*before, text) >= 0 {
		e.twice = true
	}
	*before = text
	return s, c
}

// withoutDuplicates returns the text with only the last of members with one key in an object, as encoding/json reads
// it: YAML forbids what JSON leaves open. The others are overwritten with spaces.
func withoutDuplicates(text []byte) []byte {
	d := duplicates{emitter{text: bytes.Clone(text)}}
	d.space()
	d.value()
	return d.text
}

// duplicates goes through a text with an emitter's means of reading.
type duplicates struct{ emitter }

func (d *duplicates) value() {
	switch d.text[d.at] {
	case '{':
		d.object()
	case '[':
		d.array()
	case '"':
		d.str()
	default:
		d.token()
		d.out = d.out[:0]
	}
}

func (d *duplicates) object() {
	starts := make(map[string]int)
	d.at++
	for d.space(); d.text[d.at] != '}'; d.space() {
		start := d.at
		name, _ := d.str()
		key := string(name)
		if before, twice := starts[key]; twice {
			d.blank(before)
		}
		starts[key] = start
		d.space()
		d.at++ // past the colon
		d.space()
		d.value()
		d.comma()
	}
	d.at++
}

func (d *duplicates) array() {
	d.at++
	for d.space(); d.text[d.at] != ']'; d.space() {
		d.value()
		d.comma()
	}
	d.at++
}

func (d *duplicates) comma() {
	if d.space(); d.text[d.at] == ',' {
		d.at++
	}
}

// blank overwrites the member that starts at from, with the comma after it; the place at hand stays.
func (d *duplicates) blank(from int) {
	back := d.at
	d.at = from
	d.str()
	d.space()
	d.at++ // past the colon
	d.space()
	d.skip()
	d.comma()
	for i := from; i < d.at; i++ {
		d.text[i] = ' '
	}
	d.at = back
}

// skip moves past a value.
func (d *duplicates) skip() {
	depth := 0
	for {
		switch d.text[d.at] {
		case '"':
			d.str()
		case '{', '[':
			depth++
			d.at++
		case '}', ']':
			depth--
			d.at++
		default:
			d.at++
		}
		if depth == 0 && (d.at == len(d.text) || bytes.IndexByte([]byte(",}] \n\t\r"), d.text[d.at]) >= 0) {
			return
		}
	}
}
