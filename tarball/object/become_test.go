package object

import (
	"testing"
	"unicode/utf8"
)

func TestAValueKeepsItsTextWhereItMeansTheSame(t *testing.T) {
	for _, test := range []struct{ name, before, after, want string }{
		{"nothing changed but the order and the numbers' text", `{"b":1.0,"a":{"d":2e3,"c":"\u0041"}}`, `{"a":{"c":"A","d":2000},"b":1}`, `{"b":1.0,"a":{"d":2e3,"c":"\u0041"}}`},
		{"a number of another value", `{"a":1.0}`, `{"a":2}`, `{"a":2}`},
		{"digits that a client loses", `{"a":12345678901234567890}`, `{"a":12345678901234567000}`, `{"a":12345678901234567890}`},
		{"integers of 64 bits are told apart", `{"a":9007199254740993}`, `{"a":9007199254740992}`, `{"a":9007199254740992}`},
		{"members come and go", `{"z":1,"b":2,"y":3}`, `{"a":0,"y":3,"z":1}`, `{"a":0,"z":1,"y":3}`},
		{"null is a value", `{"a":{}}`, `{"a":{"creationTimestamp":null}}`, `{"a":{"creationTimestamp":null}}`},
		{"another kind", `{"a":{"b":1}}`, `{"a":[1]}`, `{"a":[1]}`},
		{"deep inside", `{"z":{"y":{"x":1.0,"w":1}}}`, `{"z":{"y":{"w":2,"x":1}}}`, `{"z":{"y":{"x":1.0,"w":2}}}`},
		{"an element in front", `{"l":[{"name":"a","z":1,"b":2.0}]}`, `{"l":[{"name":"new"},{"b":2,"name":"a","z":1}]}`, `{"l":[{"name":"new"},{"name":"a","z":1,"b":2.0}]}`},
		{"an element in front, another changed", `{"l":[{"name":"a","z":1,"b":2.0}]}`, `{"l":[{"name":"new"},{"b":2,"name":"a","z":3}]}`, `{"l":[{"name":"new"},{"name":"a","z":3,"b":2.0}]}`},
		{"an element taken out", `{"l":[{"y":1.0},{"x":1.0},{"w":1.0}]}`, `{"l":[{"y":1},{"w":1}]}`, `{"l":[{"y":1.0},{"w":1.0}]}`},
		{"two that changed places", `{"l":[{"name":"a","z":1.0},{"name":"b","z":2.0}]}`, `{"l":[{"name":"b","z":2},{"name":"a","z":1}]}`, `{"l":[{"name":"b","z":2.0},{"name":"a","z":1.0}]}`},
		{"elements without names change in their place", `{"l":[{"z":1.0,"a":1},{"z":2.0,"a":2}]}`, `{"l":[{"a":3,"z":1},{"a":4,"z":2}]}`, `{"l":[{"z":1.0,"a":3},{"z":2.0,"a":4}]}`},
		{"one element twice", `{"l":["a"]}`, `{"l":["a","a","b"]}`, `{"l":["a","a","b"]}`},
		{"an empty list", `{"l":[1,2]}`, `{"l":[]}`, `{"l":[]}`},
		{"a key that stands twice counts once", `{"a":1,"a":2}`, `{"a":2}`, `{"a":1,"a":2}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, after := MustParse(test.before), MustParse(test.after)
			before := MustParse(test.before)
			v.Become(after)
			if got := string(v.JSON()); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if !v.means(after) {
				t.Errorf("%s does not mean %s", v.JSON(), test.after)
			}
			told, differs := v.TakeChanges(), Diff(before, v)
			if len(told) != len(differs) {
				t.Errorf("%d changes are told, and there are %d: %+v", len(told), len(differs), told)
			}
		})
	}
}

func FuzzBecome(f *testing.F) {
	f.Add(`{"a":[1,{"b":2.0}]}`, `{"a":[{"b":2},1,3]}`)
	f.Add(`{"l":[{"name":"a"},{"name":"a"}]}`, `{"l":[{"name":"a","x":1},{"name":"b"}]}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		v, err := Parse([]byte(before))
		to, err2 := Parse([]byte(after))
		if err != nil || err2 != nil || v.Kind() != Object || to.Kind() != Object || !utf8.ValidString(before+after) {
			return // bytes that are no UTF-8 are written as U+FFFD
		}
		v.Become(to)
		again, err := Parse(v.JSON())
		if err != nil {
			t.Fatalf("%s is no JSON any more: %v", v.JSON(), err)
		}
		if !again.means(to) {
			t.Errorf("%s became %s, which is not %s", before, v.JSON(), after)
		}
	})
}
