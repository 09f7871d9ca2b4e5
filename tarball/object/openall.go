package object

// OpenAll opens the whole value and returns it. A fully opened Value may be read by several goroutines at once, Clone,
// Equal and Diff included, as reading it writes nothing. It stays so until it is changed; TakeChanges counts as a change.
func (v *Value) OpenAll() *Value {
	switch {
	case v.Kind() < Array:
	case v.in == nil:
		v.in, _ = openWhole(v.raw, 0, int(v.depth))
	default:
		v.in.needIndex()
		for i := range v.in.members {
			v.in.members[i].value.OpenAll()
		}
		for _, e := range v.in.elements {
			e.OpenAll()
		}
	}
	return v
}

// openWhole opens the value at a depth that starts at text[i], which was scanned before, with all that is in it, and
// returns the index after it. To open level by level would read the text once for each level, and hostile text has thousands.
func openWhole(text []byte, i, depth int) (*inside, int) {
	switch text[i] {
	case '{':
		return openWholeObject(text, i, depth+1)
	case '[':
		return openWholeArray(text, i, depth+1)
	}
	return nil, skipValue(text, i)
}

func openWholeObject(text []byte, i, depth int) (*inside, int) {
	var list []found
	for i = skipSpace(text, i+1); text[i] != '}'; {
		f := found{key: i, keyEnd: skipString(text, i)}
		f.value = afterColon(text, f.keyEnd)
		f.in, f.valueEnd = openWhole(text, f.value, depth)
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newInside(text, list, depth), i + 1
}

func openWholeArray(text []byte, i, depth int) (*inside, int) {
	var list []found
	for i = skipSpace(text, i+1); text[i] != ']'; {
		f := found{value: i}
		f.in, f.valueEnd = openWhole(text, i, depth)
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newElements(text, list, depth), i + 1
}
