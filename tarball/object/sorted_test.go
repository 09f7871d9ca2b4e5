package object

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestMembersAreSortedAtEveryLevel(t *testing.T) {
	for _, row := range [][2]string{
		{`{}`, `{}`},
		{` [ 1 , {} , [ ] ] `, `[1,{},[]]`},
		{`{"a":1,"b":{"c":[{"x":1,"y":2}],"d":null}}`, `{"a":1,"b":{"c":[{"x":1,"y":2}],"d":null}}`},
		{`{"b":{"d":1,"c":[{"y":2,"x":1.50}]}, "a" : "<&\u0041" }`, `{"a":"<&\u0041","b":{"c":[{"x":1.50,"y":2}],"d":1}}`},
		{`{"b":1,"a":2,"b":3,"a":4,"c":5}`, `{"a":4,"b":3,"c":5}`},
		{`{"b":1,"\u0061":2,"é":3,"\u00e9":4}`, `{"\u0061":2,"b":1,"\u00e9":4}`},
		{`{"a":1,"a":1}`, `{"a":1}`},
		{`{"":1,"\"":2,"!":3}`, `{"":1,"!":3,"\"":2}`},
	} {
		if got := string(MustParse(row[0]).AppendSorted([]byte("-"))); got != "-"+row[1] {
			t.Errorf("%s:\n got %s\nwant -%s", row[0], got, row[1])
		}
	}
}

func TestWhatWasEditedIsSortedAsWell(t *testing.T) {
	v := MustParse(`{"b":{"z":1},"a":[]}`)
	v.Get("b").Set("y", List(Text("é"), New()))
	v.Set("0", Boolean(true))
	if got, want := string(v.AppendSorted(nil)), `{"0":true,"a":[],"b":{"y":["é",{}],"z":1}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// encoding/json reads duplicates as we do, and writes the members of a map sorted.
func TestSortingIsThatOfEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		text := unsorted(r, 4)
		var x any
		if err := json.Unmarshal([]byte(text), &x); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(MustParse(text).AppendSorted(nil)); got != string(want) {
			t.Fatalf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func unsorted(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		return strconv.Itoa(r.IntN(10))
	}
	var parts []string
	for range r.IntN(5) {
		part := unsorted(r, depth-1)
		if depth%2 == 0 {
			part = fmt.Sprintf("%q : %s", string("abcdé-"[r.IntN(4)]), part)
		}
		parts = append(parts, part)
	}
	if depth%2 == 0 {
		return "{" + strings.Join(parts, " , ") + "}"
	}
	return "[" + strings.Join(parts, ",\n") + "]"
}
