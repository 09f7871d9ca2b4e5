package object

// open finds the members or elements, at a depth, in the text of an object or array, which was scanned before.
func open(text []byte, kind Kind, depth int) *inside {
	if kind == Array {
		return openArray(text, depth)
	}
	return openObject(text, depth)
}

func openObject(text []byte, depth int) *inside {
	var few [24]found
	list := few[:0]
	for i := skipSpace(text, 1); text[i] != '}'; {
		f := found{key: i, keyEnd: skipString(text, i)}
		f.value = afterColon(text, f.keyEnd)
		f.valueEnd = skipValue(text, f.value)
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newInside(text, list, depth)
}

// checkObject checks an object and opens it in one go, and with it the member that is called within, as that will be
// asked for.
func checkObject(text []byte, depth int, within string) (*inside, int) {
	var few [24]found
	list := few[:0]
	i := skipSpace(text, 1)
	more := i >= len(text) || text[i] != '}'
	if !more {
		i++
	}
	for more {
		f := found{key: i}
		if f.keyEnd, f.value = scanKey(text, i); f.value < 0 {
			return nil, f.value
		}
		if f.in, f.valueEnd = checkMember(text, &f, depth+1, within); f.valueEnd < 0 {
			return nil, f.valueEnd
		}
		list = append(list, f)
		if i, more = scanComma(text, f.valueEnd, '}', unclosedObject); i < 0 {
			return nil, i
		}
	}
	return newInside(text, list, depth+1), i
}

// checkMember checks the value of a member, and opens it if it is the object called within.
func checkMember(text []byte, f *found, depth int, within string) (*inside, int) {
	if within == "" || f.value >= len(text) || text[f.value] != '{' || string(text[f.key+1:f.keyEnd-1]) != within {
		return nil, scanValue(text, f.value, depth)
	}
	in, end := checkObject(text[f.value:], depth, "")
	if end < 0 {
		return nil, faultLater(end, f.value)
	}
	return in, f.value + end
}

func newInside(text []byte, list []found, depth int) *inside {
	values := make([]Value, len(list))
	in := &inside{members: make([]member, len(list))}
	for i, f := range list {
		values[i] = unopened(text[f.value:f.valueEnd:f.valueEnd], depth)
		values[i].in = f.in
		in.members[i] = member{quoted: text[f.key:f.keyEnd:f.keyEnd], value: &values[i]}
	}
	in.order()
	return in
}

// found is where a member or element stands in the text, and its inside where that was opened in the same go.
type found struct {
	key, keyEnd, value, valueEnd int
	in                           *inside
}

func openArray(text []byte, depth int) *inside {
	var few [24]found
	list := few[:0]
	for i := skipSpace(text, 1); text[i] != ']'; {
		f := found{value: i, valueEnd: skipValue(text, i)}
		list = append(list, f)
		i = afterComma(text, f.valueEnd)
	}
	return newElements(text, list, depth)
}

func newElements(text []byte, list []found, depth int) *inside {
	values := make([]Value, len(list))
	in := &inside{elements: make([]*Value, len(list))}
	for i, f := range list {
		values[i] = unopened(text[f.value:f.valueEnd:f.valueEnd], depth)
		values[i].in = f.in
		in.elements[i] = &values[i]
	}
	return in
}

// afterComma goes from the end of a member or element to the next one or to the closing bracket.
func afterComma(text []byte, i int) int {
	i = skipSpace(text, i)
	if text[i] == ',' {
		i = skipSpace(text, i+1)
	}
	return i
}
