package object

import "bytes"

// OpenAll opens the whole value and returns it. A fully opened Value may be read by several goroutines at once, Clone,
// Equal and Diff included, as reading it writes nothing. It stays so until it is changed; TakeChanges counts as a change.
func (v *Value) OpenAll() *Value {
	switch {
	case v.Kind() < Array:
	case v.in == nil:
		v.in, _ = openWhole(v.raw, 0)
	default:
		for i := range v.in.members {
			v.in.members[i].value.OpenAll()
		}
		for _, e := range v.in.elements {
			e.OpenAll()
		}
	}
	return v
}

// openWhole opens the value that starts at text[i], which was scanned before, with all that is in it, and returns the
// index after it. To open level by level would read the text once for each level, and hostile text has thousands.
func openWhole(text []byte, i int) (*inside, int) {
	switch text[i] {
	case '{':
		return openWholeObject(text, i)
	case '[':
		return openWholeArray(text, i)
	}
	return nil, skipValue(text, i)
}

func openWholeObject(text []byte, i int) (*inside, int) {
	var list []found
	escaped := false
	for i = skipSpace(text, i+1); text[i] != '}'; {
		f := found{key: i, keyEnd: skipString(text, i)}
		escaped = escaped || bytes.IndexByte(text[f.key:f.keyEnd], '\\') >= 0
		f.value = afterColon(text, f.keyEnd)
		f.in, f.valueEnd = openWhole(text, f.value)
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newInside(text, list, escaped), i + 1
}

func openWholeArray(text []byte, i int) (*inside, int) {
	var list []found
	for i = skipSpace(text, i+1); text[i] != ']'; {
		f := found{value: i}
		f.in, f.valueEnd = openWhole(text, i)
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newElements(text, list), i + 1
}
