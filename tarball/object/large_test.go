package object

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Each of these took minutes while keys were looked for one after the other, and levels read once for each above them.
const soon = time.Minute

func TestAnObjectOfManyKeysTakesNoMoreThanItsShare(t *testing.T) {
	const n = 100_000
	for _, sorted := range []bool{true, false} {
		start := time.Now()
		text, other := manyKeys(n, sorted, "1"), manyKeys(n, !sorted, "2")
		v := parse(t, text)
		for i := range n {
			if v.Get(keyOf(i)) == nil {
				t.Fatalf("sorted %v: %s is not found", sorted, keyOf(i))
			}
			v.Set(keyOf(i), Integer(2))
		}
		if got := len(v.TakeChanges()); got != n {
			t.Errorf("sorted %v: got %d changes, want %d", sorted, got, n)
		}
		if !Equal(v, parse(t, other)) || len(Diff(parse(t, text), parse(t, other))) != n {
			t.Errorf("sorted %v: two objects with the same keys differ in something else than their values", sorted)
		}
		halved := parse(t, text)
		if got := halved.RemoveIf(func(name string) bool { return name < keyOf(n/2) }); got != n/2 || halved.Len() != n/2 || halved.Has(keyOf(0)) || !halved.Has(keyOf(n/2)) {
			t.Errorf("sorted %v: %d of %d members went", sorted, got, n)
		}
		built := New()
		for i := range n {
			built.Set(fmt.Sprintf("%09d", i), Integer(2))
		}
		if took := time.Since(start); took > soon {
			t.Errorf("sorted %v: %d keys took %v", sorted, n, took)
		}
	}
}

func keyOf(i int) string { return fmt.Sprintf("key%06d", i) }

func manyKeys(n int, sorted bool, value string) string {
	var b strings.Builder
	for i := range n {
		if !sorted {
			i = n - 1 - i
		}
		fmt.Fprintf(&b, `,"%s":%s`, keyOf(i), value)
	}
	return "{" + b.String()[1:] + "}"
}

// An object with a few keys, with many, sorted and not, and with escapes, does the same as a list that is looked
// through.
func TestKeysAreFoundHoweverTheyStand(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		names := []string{"a", "b", "aa", "<", "é", "x\"y", " ", "!", ""}
		for i := range 60 {
			names = append(names, fmt.Sprintf("k%d", i))
		}
		v, want := New(), map[string]int64{}
		for range r.IntN(120) {
			name, n := names[r.IntN(len(names))], r.Int64N(100)
			if r.IntN(3) == 0 {
				_, there := want[name]
				if got := v.Remove(name); got != there {
					t.Fatalf("seed %d: remove %q: got %v, want %v", seed, name, got, there)
				}
				delete(want, name)
			} else {
				v.Set(name, Integer(n))
				want[name] = n
			}
			if r.IntN(10) == 0 {
				v = parse(t, string(v.JSON()))
			}
			if r.IntN(10) == 0 {
				v = v.Clone()
			}
		}
		for _, name := range names {
			n, ok := v.Get(name).Int()
			if w, there := want[name]; ok != there || n != w {
				t.Fatalf("seed %d: %q: got %d, %v, want %d, %v in %s", seed, name, n, ok, w, there, v.JSON())
			}
		}
		if v.Len() != len(want) {
			t.Fatalf("seed %d: got %d keys, want %d: %s", seed, v.Len(), len(want), v.JSON())
		}
	}
}

// SetAll leaves what Set of one member after the other does, in the same order.
func TestManyMembersAreSetAsOneAfterTheOtherIs(t *testing.T) {
	names := []string{"a", "b", "aa", "<", "é", "x\"y", " ", "!", ""}
	for i := range 40 {
		names = append(names, fmt.Sprintf("k%d", i))
	}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		all := New()
		for _, i := range r.Perm(len(names))[:r.IntN(len(names))] { // in no order
			all.change()
			all.in.members = append(all.in.members, member{quoted: stringOf(names[i]), value: Integer(1)})
			all.in.order()
		}
		all = parse(t, string(all.JSON()))
		one, added := all.Clone(), map[string]*Value{}
		for range r.IntN(40) {
			added[names[r.IntN(len(names))]] = Integer(r.Int64N(3))
		}
		for name, value := range added {
			one.Set(name, value)
		}
		all.SetAll(maps.All(added))
		if got, want := string(all.JSON()), string(one.JSON()); got != want {
			t.Fatalf("seed %d: got %s, want %s", seed, got, want)
		}
		for name := range added {
			if all.Get(name) != added[name] {
				t.Fatalf("seed %d: %q is not found in %s", seed, name, all.JSON())
			}
		}
	}
}

func TestManyMembersAreSetWithWorkThatGrowsAsTheyDo(t *testing.T) {
	allocs := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			v := parse(t, manyKeys(n, false, "1"))
			v.SetAll(func(yield func(string, *Value) bool) {
				for i := range n {
					if !yield("added-"+keyOf(i), Integer(2)) {
						return
					}
				}
			})
			if v.Len() != 2*n || !v.Has("added-"+keyOf(n/2)) {
				t.Errorf("got %d members, want %d", v.Len(), 2*n)
			}
		})
	}
	if few, many := allocs(10_000), allocs(20_000); many > 3*few {
		t.Errorf("10,000 members take %.0f allocations, 20,000 take %.0f", few, many)
	}
}

func TestSetAllDoesNothingToWhatIsNoObject(t *testing.T) {
	list := parse(t, "[1]")
	list.SetAll(parse(t, `{"a":1}`).Members())
	v := parse(t, `{ "a" : 1 }`)
	v.SetAll(New().Members())
	if list.Changed() || v.Changed() {
		t.Errorf("got %s and %s", list.JSON(), v.JSON())
	}
}

func nested(depth int, inside string) string {
	return strings.Repeat(`{"a":[`, depth/2) + inside + strings.Repeat(`]}`, depth/2)
}

func TestDepthIsLimited(t *testing.T) {
	if _, err := Parse([]byte(nested(maxDepth, "1"))); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
	_, err := Parse([]byte(nested(maxDepth+2, "1")))
	if !errors.Is(err, ErrSyntax) || !strings.Contains(err.Error(), "1,000 levels") {
		t.Errorf("%d levels: got %v", maxDepth+2, err)
	}
}

func TestWhatIsDeepInsideIsOpenedOnce(t *testing.T) {
	start := time.Now()
	v := parse(t, nested(maxDepth-2, "["+strings.Repeat("null,", 1_000_000)+`"end"]`))
	other := v.Clone()
	bottom := v
	for i := 0; i < maxDepth-2; i += 2 {
		bottom = bottom.Get("a").Elements()[0]
	}
	if got := bottom.Elements()[1_000_000].Str(); got != "end" {
		t.Errorf("got %q", got)
	}
	if !Equal(v, other) {
		t.Error("a value is not equal to its clone")
	}
	bottom.SetElements(bottom.Elements()[1:])
	if was, is := len(other.JSON()), len(v.JSON()); is != was-len("null,") {
		t.Errorf("got %d bytes of %d", is, was)
	}
	if v.Clone(); len(v.TakeChanges()) != 1 {
		t.Error("one change is not one")
	}
	if took := time.Since(start); took > soon {
		t.Errorf("took %v", took)
	}
}
