package object

// memo remembers of what is deep inside a value whether it holds for it or for something in it. Whoever walks a value and
// asks at each level would look at the deepest level as often as there are levels above. The zero memo is empty; it is
// good for as long as the value is not changed.
type memo map[*Value]bool

// any says whether holds is true for a level of v; all is the same question, asked of v with all that is in it.
func (m *memo) any(v *Value, holds, all func(*Value) bool) bool {
	if v == nil || v.in == nil || v.depth < deep {
		return all(v)
	}
	if known, ok := (*m)[v]; ok {
		return known
	}
	if *m == nil {
		*m = memo{}
	}
	found := holds(v)
	for i := range v.in.members {
		found = m.any(v.in.members[i].value, holds, all) || found
	}
	for _, e := range v.in.elements {
		found = m.any(e, holds, all) || found
	}
	(*m)[v] = found
	return found
}

// changed is Changed.
func (m *memo) changed(v *Value) bool {
	return m.any(v, func(v *Value) bool { return v.raw == nil }, (*Value).Changed)
}

// touched is touched.
func (m *memo) touched(v *Value) bool {
	return m.any(v, func(v *Value) bool { return v.in.before != nil }, (*Value).touched)
}
