package object

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) *Value {
	t.Helper()
	v, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return v
}

func TestUntouchedTextKeepsItsBytes(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `{"a":1.0,"b":123456789012345678901234567890,"c":"\u00e9<é"}`,
		`{"z":1,"a":[1, 2 ,{"x" : null}]}`, `{"a":-0.0e+10,"dup":1,"dup":2}`, `"text"`, `null`,
	} {
		v := parse(t, text)
		v.Get("a", "x")
		for range v.Members() {
			continue
		}
		if got := string(v.JSON()); got != text {
			t.Errorf("JSON() = %s, want %s", got, text)
		}
	}
}

func TestEditsTouchOnlyTheirPlace(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		edit                func(*Value)
	}{
		{"a new key lands where sorted keys put it", `{"a":1,"c":3.0}`, `{"a":1,"b":"x","c":3.0}`,
			func(v *Value) { v.Set("b", Text("x")) }},
		{"a replaced key keeps its place", `{"c":1,"a":2}`, `{"c":true,"a":2}`,
			func(v *Value) { v.Set("c", Boolean(true)) }},
		{"objects on the way are made", `{"kind":"P"}`, `{"kind":"P","metadata":{"labels":{"k":"v"}}}`,
			func(v *Value) { _ = v.Put(Text("v"), "metadata", "labels", "k") }},
		{"removing leaves siblings alone", `{"m":{"uid":"u","n":  [1.50]}}`, `{"m":{"n":[1.50]}}`,
			func(v *Value) { v.Remove("m", "uid") }},
		{"removing what is missing changes nothing", `{"m": {"n":1}}`, `{"m": {"n":1}}`,
			func(v *Value) { v.Remove("m", "x"); v.Remove("y", "x") }},
		{"of one key twice the last counts", `{"a":1,"b":2,"a":3}`, `{"b":2,"a":3,"c":"\u003c"}`,
			func(v *Value) { v.Set("c", Text("<")) }},
		{"an escaped key is found", `{"\u0061":1}`, `{}`, func(v *Value) { v.Remove("a") }},
		{"filtering keeps the other elements' text", `{"l":[1.0,2,3e0]}`, `{"l":[1.0,3e0]}`,
			func(v *Value) { v.Get("l").Filter(func(e *Value) bool { n, _ := e.Int(); return n != 2 }) }},
		{"a change inside a list element", `{"l":[{"a":1},{"a":1}]}`, `{"l":[{"a":1},{}]}`,
			func(v *Value) { v.Get("l").Elements()[1].Remove("a") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := parse(t, c.before)
			clone := v.Clone()
			c.edit(v)
			if got := string(v.JSON()); got != c.after {
				t.Errorf("got %s, want %s", got, c.after)
			}
			if got := string(clone.JSON()); got != c.before {
				t.Errorf("the clone changed as well: %s", got)
			}
		})
	}
}

func TestPutRefusesToReplaceWhatIsNoObject(t *testing.T) {
	err := parse(t, `{"spec":[1]}`).Put(Text("x"), "spec", "a", "b")
	if err == nil || !strings.Contains(err.Error(), "spec: is array, not an object") {
		t.Errorf("got %v", err)
	}
}

func TestTextThatIsNotJSONIsRefused(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `01`, `1.`, `-`, `1e`, `"a`, `"\x"`, `"\u12g4"`,
		"\"\n\"", `nul`, `{} {}`, `{a:1}`, strings.Repeat("[", maxDepth+5),
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("Parse(%.20q) took it", text)
		}
	}
}

func TestDiffNamesEachChange(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          []string
	}{
		{`{"a":1}`, `{"a":1}`, nil},
		{`{"a":1,"b":{"x":[1,2]}}`, `{"b":{"x":[1,2]},"a":1}`, nil},
		{`{"a":1}`, `{"a":1.0}`, []string{"replace /a 1 1.0"}},
		{`{"a":{"b/c":1}}`, `{"a":{"d~":2}}`, []string{"remove /a/b~1c 1 null", "add /a/d~0 null 2"}},
		{`{"l":[1,2]}`, `{"l":[0,1,2]}`, []string{"add /l/0 null 0"}},
		{`{"l":[1,2,3]}`, `{"l":[1,3]}`, []string{"remove /l/1 2 null"}},
		{`{"l":[{"n":1},2]}`, `{"l":[{"n":2},2]}`, []string{"replace /l/0/n 1 2"}},
		{`{"a":"x"}`, `{"a":"\u0078"}`, nil},
		{`{"a":{}}`, `{"a":null}`, []string{"replace /a {} null"}},
	} {
		var got []string
		for _, ch := range Diff(parse(t, c.before), parse(t, c.after)) {
			got = append(got, string(ch.Op)+" "+ch.Path+" "+string(ch.Old.JSON())+" "+string(ch.New.JSON()))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("Diff(%s, %s)\n got %q\nwant %q", c.before, c.after, got, c.want)
		}
		if equal := Equal(parse(t, c.before), parse(t, c.after)); equal != (c.want == nil) {
			t.Errorf("Equal(%s, %s) = %v", c.before, c.after, equal)
		}
	}
}

func TestLabelsOfWhichOneIsNoStringAreUnreadable(t *testing.T) {
	v := parse(t, `{"metadata":{"labels":{"a":"b","c":true},"annotations":{"x":"y"}}}`)
	if v.Labels() != nil {
		t.Errorf("labels = %v, want none", v.Labels())
	}
	if got := v.Annotation("x"); got != "y" {
		t.Errorf("annotation x = %q", got)
	}
}

func TestIsTextComparesMeaning(t *testing.T) {
	v := parse(t, `{"plain":"a","escaped":"\u0061","empty":"","number":1}`)
	for _, c := range []struct {
		key, text string
		want      bool
	}{
		{"plain", "a", true}, {"plain", "b", false}, {"escaped", "a", true}, {"empty", "", true}, {"number", "", true},
		{"number", "1", false}, {"missing", "", true}, {"plain", "", false},
	} {
		if got := v.Get(c.key).IsText(c.text); got != c.want {
			t.Errorf("%s is %q: %v", c.key, c.text, got)
		}
	}
}

func TestTheQuickLookAtBase64TakesNothingElse(t *testing.T) {
	for _, text := range []string{"", "YQ==", "YWI=", "YWJj", "YQ=", "Y===", "====", "=", "YQ==YQ==", "Y Q=", "YWJ\n", "!!!!", "a=b=", "YWJjZA"} {
		_, err := base64.StdEncoding.DecodeString(text)
		if isBase64([]byte(text)) && err != nil {
			t.Errorf("%q is taken, and is none: %v", text, err)
		}
	}
}

// FuzzParse holds the package against encoding/json: the same texts are taken, they mean the same, and a change to one
// member leaves all others as they were.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\u00e9"}],"c":1.50}`, `[[],{},"",0,true,null]`, `{"a":1,"a":{"a":2}}`, ` {"a" : 1 } `, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		if valid := json.Valid(data); valid != (err == nil) {
			t.Fatalf("Parse: %v, json.Valid: %v", err, valid)
		}
		if err != nil {
			return
		}
		want := decode(t, data)
		if got := v.Any(); !reflect.DeepEqual(got, want) {
			t.Fatalf("Any() = %#v, want %#v", got, want)
		}
		if got := v.JSON(); !bytes.Equal(got, bytes.TrimSpace(data)) {
			t.Fatalf("JSON() = %q", got)
		}
		if m, ok := want.(map[string]any); ok {
			m["new<key"] = "added"
			v.Set("new<key", Text("added"))
			if got := decode(t, v.JSON()); !reflect.DeepEqual(got, any(m)) {
				t.Fatalf("after Set: %#v, want %#v", got, m)
			}
		}
	})
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		t.Fatalf("decode %q: %v", data, err)
	}
	return x
}

func TestEditPutsOthersInTheirPlaces(t *testing.T) {
	upper := func(_ string, e *Value) *Value { return Text("X") }
	var deep func(string, *Value) *Value
	deep = func(key string, e *Value) *Value {
		e.Edit(deep)
		if key == "b" || e.Is("b") {
			return Text("X")
		}
		return e
	}
	for _, row := range []struct {
		edit     func(string, *Value) *Value
		in, want string
		changes  bool
	}{
		{upper, `{"a": 1, "b": [2]}`, `{"a":"X","b":"X"}`, true},
		{upper, `[1, {}]`, `["X","X"]`, true},
		{upper, `"a"`, `"a"`, false},
		{upper, `{ }`, `{ }`, false},
		{deep, `{"a": {"c": [{"b": 1}, "b", 2.50]}, "d": { }}`, `{"a":{"c":[{"b":"X"},"X",2.50]},"d":{ }}`, true},
		{deep, `{"a": [ 1 ]}`, `{"a": [ 1 ]}`, false},
		{deep, `{"a": 1, "a": 2}`, `{"a":2}`, true},
	} {
		v := parse(t, row.in)
		if changes := v.Edit(row.edit); changes != row.changes || string(v.JSON()) != row.want {
			t.Errorf("%s: got %s, %v, want %s, %v", row.in, v.JSON(), changes, row.want, row.changes)
		}
		if row.changes && len(v.TakeChanges()) == 0 && row.in != `{"a": 1, "a": 2}` {
			t.Errorf("%s: no change is told", row.in)
		}
	}
}

func TestAppendingWithoutAMember(t *testing.T) {
	const text = `{"a":{"b":1,"c":[1,2]},"d":"x","e":null}`
	for _, test := range []struct {
		path []string
		want string
	}{
		{nil, text},
		{[]string{"z"}, text},
		{[]string{"a", "z"}, text},
		{[]string{"a"}, `{"d":"x","e":null}`},
		{[]string{"e"}, `{"a":{"b":1,"c":[1,2]},"d":"x"}`},
		{[]string{"a", "b"}, `{"a":{"c":[1,2]},"d":"x","e":null}`},
	} {
		v := MustParse(text)
		if got := string(v.AppendWithout([]byte("-"), test.path...)); got != "-"+test.want {
			t.Errorf("without %q: got %s, want -%s", test.path, got, test.want)
		}
		if string(v.JSON()) != text {
			t.Errorf("without %q: the value has changed to %s", test.path, v.JSON())
		}
	}
	only := MustParse(`{"a":{"b":1}}`)
	if got := string(only.AppendWithout(nil, "a", "b")); got != `{"a":{}}` {
		t.Errorf("without the only member: %s", got)
	}
}

func TestTheSizeOfAValueIsThatOfItsText(t *testing.T) {
	for _, text := range []string{`1`, `"ü"`, `[]`, `{}`, ` {"a" : [1, {"b":null}], "c":{}}`} {
		v := MustParse(text)
		if v.Size() != len(v.JSON()) {
			t.Errorf("%s: got %d, want %d", text, v.Size(), len(v.JSON()))
		}
		v.Set("new", MustParse(`["x",{"y":[]}]`))
		v.Remove("c")
		v.Get("a").Elements()
		if v.Size() != len(v.JSON()) {
			t.Errorf("changed %s: got %d, want %d", v.JSON(), v.Size(), len(v.JSON()))
		}
	}
	if (*Value)(nil).Size() != len("null") {
		t.Error("nil is written as null")
	}
}
