package object

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTakenChangesAreTheDifferenceFromACopy edits values at random and holds TakeChanges against Diff with a copy made before.
func TestTakenChangesAreTheDifferenceFromACopy(t *testing.T) {
	for seed := range uint64(3000) {
		e := editor{r: rand.New(rand.NewPCG(seed, 1))}
		v := parse(t, e.text(0))
		for round := range 4 {
			before := v.Clone()
			text := string(before.JSON())
			var done []string
			for range e.r.IntN(4) {
				done = append(done, e.edit(v))
			}
			want := describe(Diff(before, v))
			if got := describe(v.TakeChanges()); got != want {
				t.Fatalf("seed %d, round %d, %s after %s:\ngot\n%swant\n%s", seed, round, text, strings.Join(done, ", "), got, want)
			}
			if again := v.TakeChanges(); again != nil {
				t.Fatalf("seed %d: taken a second time there are still %s", seed, describe(again))
			}
		}
	}
}

func describe(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s %s -> %s\n", c.Op, c.Path, c.Old.JSON(), c.New.JSON())
	}
	return b.String()
}

type editor struct{ r *rand.Rand }

var editorKeys = []string{"a", "b", "c/d", "~e", `f\"g`}

// text makes a JSON value, at the top an object.
func (e *editor) text(depth int) string {
	kind := e.r.IntN(5)
	if depth > 3 {
		kind = 4
	}
	switch {
	case kind < 2 || depth == 0:
		var members []string
		for _, k := range editorKeys {
			if e.r.IntN(2) == 0 {
				members = append(members, `"`+k+`":`+e.text(depth+1))
			}
		}
		return "{" + strings.Join(members, ",") + "}"
	case kind < 4:
		var elements []string
		for range e.r.IntN(4) {
			elements = append(elements, e.text(depth+1))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	}
	return []string{"1", "1.0", `"x"`, "null", "true", `"\u0061"`}[e.r.IntN(6)]
}

// edit changes one place at random and says what it did.
func (e *editor) edit(v *Value) string {
	at := e.somewhere(v)
	key := []string{"a", "b", "c/d", "~e", `f"g`}[e.r.IntN(5)]
	switch at.Kind() {
	case Object:
		if e.r.IntN(2) == 0 {
			return fmt.Sprintf("removed %s: %v", key, at.Remove(key))
		}
		at.Set(key, e.value(v))
		return "set " + key
	case Array:
		elements := append([]*Value{}, at.Elements()...)
		switch n := len(elements); {
		case n > 0 && e.r.IntN(3) == 0:
			i := e.r.IntN(n)
			elements = append(elements[:i], elements[i+1:]...)
		case n > 1 && e.r.IntN(2) == 0:
			elements[0], elements[n-1] = elements[n-1], elements[0]
		default:
			elements = append([]*Value{e.value(v)}, elements...)
		}
		at.SetElements(elements)
		return "changed a list"
	}
	return "nothing"
}

// value is a new value, or a copy of one from elsewhere in v.
func (e *editor) value(v *Value) *Value {
	if e.r.IntN(4) == 0 {
		return e.somewhere(v).Clone()
	}
	made, _ := Parse([]byte(e.text(2)))
	return made
}

func (e *editor) somewhere(v *Value) *Value {
	for e.r.IntN(4) > 0 && v.Len() > 0 {
		n := e.r.IntN(v.Len())
		if v.Kind() == Array {
			v = v.Elements()[n]
			continue
		}
		for _, m := range v.Members() {
			if n == 0 {
				v = m
				break
			}
			n--
		}
	}
	return v
}
