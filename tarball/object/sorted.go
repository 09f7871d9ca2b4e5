package object

import (
	"bytes"
	"slices"
	"strings"
)

// AppendSorted adds the value's text to dst, without white space and with the members of all objects in the order of
// their keys. Of members with one key the last one counts.
func (v *Value) AppendSorted(dst []byte) []byte {
	s := sorter{text: v.JSON(), out: dst}
	s.value(0)
	return s.out
}

// sorter writes text, which was scanned before, to out: each object as it stands, to put its members in order where
// they are not. Most of what is in a backup is in order.
type sorter struct {
	text, out []byte
	members   []written // of the objects that are open
	moved     []byte    // a copy of members that are moved
}

// written is where a member stands in out.
type written struct{ key, keyEnd, end int }

// value writes the value at text[i] and returns the index after it.
func (s *sorter) value(i int) int {
	switch s.text[i] {
	case '{':
		return s.object(i)
	case '[':
		return s.array(i)
	}
	end := skipValue(s.text, i)
	s.out = append(s.out, s.text[i:end]...)
	return end
}

func (s *sorter) array(i int) int {
	s.out = append(s.out, '[')
	first := true
	for i = skipSpace(s.text, i+1); s.text[i] != ']'; first = false {
		if !first {
			s.out = append(s.out, ',')
		}
		i = afterComma(s.text, s.value(i))
	}
	s.out = append(s.out, ']')
	return i + 1
}

func (s *sorter) object(i int) int {
	outer := len(s.members)
	s.out = append(s.out, '{')
	sorted := true
	for i = skipSpace(s.text, i+1); s.text[i] != '}'; {
		if len(s.members) > outer {
			s.out = append(s.out, ',')
		}
		m := written{key: len(s.out)}
		end := skipString(s.text, i)
		s.out = append(s.out, s.text[i:end]...)
		m.keyEnd = len(s.out)
		s.out = append(s.out, ':')
		i = afterComma(s.text, s.value(afterColon(s.text, end)))
		m.end = len(s.out)
		sorted = sorted && (len(s.members) == outer || compareQuoted(s.key(s.members[len(s.members)-1]), s.key(m)) < 0)
		s.members = append(s.members, m)
	}
	if !sorted {
		s.reorder(s.members[outer:])
	}
	s.members = s.members[:outer]
	s.out = append(s.out, '}')
	return i + 1
}

func (s *sorter) key(m written) []byte { return s.out[m.key:m.keyEnd] }

// reorder puts members, the last ones in out, in the order of their keys.
func (s *sorter) reorder(members []written) {
	start := members[0].key
	slices.SortStableFunc(members, func(a, b written) int { return compareQuoted(s.key(a), s.key(b)) })
	s.moved = append(s.moved[:0], s.out[start:]...)
	s.out = s.out[:start]
	for n, m := range members {
		member := s.moved[m.key-start : m.end-start]
		if n+1 < len(members) && compareQuoted(member[:m.keyEnd-m.key], s.moved[members[n+1].key-start:members[n+1].keyEnd-start]) == 0 {
			continue
		}
		if len(s.out) > start {
			s.out = append(s.out, ',')
		}
		s.out = append(s.out, member...)
	}
}

// compareQuoted compares the meaning of two keys.
func compareQuoted(a, b []byte) int {
	if bytes.IndexByte(a, '\\') < 0 && bytes.IndexByte(b, '\\') < 0 {
		return bytes.Compare(a[1:len(a)-1], b[1:len(b)-1])
	}
	return strings.Compare(unquote(a), unquote(b))
}
