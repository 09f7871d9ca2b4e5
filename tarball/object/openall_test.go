package object

import (
	"bytes"
	"reflect"
	"strings"
	"sync"
	"testing"
)

var openAllTexts = []struct{ name, text string }{
	{"a scalar", `"text"`},
	{"empty", `{}`},
	{"nested, with white space", ` { "z" : [ 1.0 , { "a" : [ [ ] , { } ] } ] , "b" : null } `},
	{"of one key twice the last counts", `{"a":{"x":1},"b":2,"a":{"y":[3]}}`},
	{"escaped keys", `{"\u0061":{"b\"c":[true]}}`},
	{"an item", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"},` +
		`"annotations":{"note":"<\u00e9>"}},"spec":{"containers":[{"name":"c","ports":[{"containerPort":80}]}],"n":1e2}}`},
	{"deep", strings.Repeat(`{"a":[`, 60) + strings.Repeat(`]}`, 60)},
}

func TestOpenAllOpensEveryLevelAndChangesNothing(t *testing.T) {
	for _, c := range openAllTexts {
		t.Run(c.name, func(t *testing.T) {
			v := parse(t, c.text)
			if got := v.OpenAll(); got != v {
				t.Error("OpenAll() is another value")
			}
			checkOpened(t, v)
			fresh := parse(t, c.text)
			if v.Changed() || !bytes.Equal(v.JSON(), fresh.JSON()) || !Equal(v, fresh) || !reflect.DeepEqual(v.Any(), fresh.Any()) {
				t.Errorf("opened it is %s, not %s", v.JSON(), fresh.JSON())
			}
		})
	}
	if (*Value)(nil).OpenAll() != nil {
		t.Error("nothing was opened to something")
	}
}

func TestOpenAllOpensWhatWasPutIn(t *testing.T) {
	v := parse(t, `{"a":{"b":[{"c":1}]},"l":[1]}`)
	v.Get("a").Set("new", parse(t, `[{"d":{"e":[]}}]`))
	v.Get("l").SetElements([]*Value{parse(t, `{"f":[{}]}`)})
	want := string(v.JSON())
	checkOpened(t, v.OpenAll())
	if got := string(v.JSON()); got != want {
		t.Errorf("opened it is %s, not %s", got, want)
	}
	if got := len(v.TakeChanges()); got != 2 {
		t.Errorf("%d changes are known, not 2", got)
	}
}

func TestACloneOfAnOpenedValueIsItsOwn(t *testing.T) {
	for _, change := range []bool{false, true} {
		v := parse(t, `{"a":{"b":[1,{"c":"d"}]}}`)
		if change {
			v.Set("z", Integer(1))
		}
		before := string(v.OpenAll().JSON())
		c := v.Clone()
		c.Get("a", "b").Elements()[1].Set("c", Text("other"))
		c.Remove("z")
		if got := string(v.JSON()); got != before {
			t.Errorf("a change of the clone made %s of %s", got, before)
		}
		checkOpened(t, v)
	}
}

// checkOpened fails for a level that reading would open.
func checkOpened(t *testing.T, v *Value) {
	t.Helper()
	if v.Kind() < Array {
		return
	}
	if v.in == nil {
		t.Fatalf("%s is not opened", v.JSON())
	}
	for _, m := range v.in.members {
		checkOpened(t, m.value)
	}
	for _, e := range v.in.elements {
		checkOpened(t, e)
	}
}

// TestAnOpenedValueIsReadByManyAtOnce has something to say under the race detector.
func TestAnOpenedValueIsReadByManyAtOnce(t *testing.T) {
	shape := &Shape{Type: StructShape, Fields: map[string]*Shape{
		"metadata": {Type: StructShape, Fields: map[string]*Shape{"labels": {Type: MapShape, Elem: &Shape{Type: StringShape}}}},
		"spec":     {Type: StructShape, Fields: map[string]*Shape{"containers": {Type: ListShape}}},
		"z":        {Type: ParsedShape, Parse: func([]byte) error { return nil }},
	}}
	for _, c := range openAllTexts {
		for _, change := range []bool{false, true} {
			v, other := parse(t, c.text), parse(t, c.text).OpenAll()
			if change {
				v.Set("new", parse(t, `{"labels":{"a":"b"},"list":[[1]]}`))
				if m := v.Get("metadata", "labels"); m != nil {
					m.Set("app", Text("changed"))
				}
			}
			v.OpenAll()
			var readers sync.WaitGroup
			for range 8 {
				readers.Go(func() { readEverything(v, other, shape) })
			}
			readers.Wait()
			checkOpened(t, v)
		}
	}
}

func readEverything(v, other *Value, shape *Shape) {
	visit(v)
	v.Name()
	v.Namespace()
	v.APIVersion()
	v.ObjectKind()
	v.Labels()
	v.Annotations()
	v.Annotation("note")
	v.Get("spec", "containers")
	v.Has("metadata", "labels", "app")
	v.Append(nil)
	v.AppendSorted(nil)
	_, _ = v.MarshalJSON()
	var into any
	_ = v.Decode(&into)
	v.Any()
	_ = v.Fits(shape)
	Equal(v, other)
	Equal(other, v)
	Diff(v, other)
	Diff(other, v)
	clone := v.Clone()
	Diff(v, clone)
	clone.Set("mine", Integer(1))
	clone.TakeChanges()
}

func visit(v *Value) {
	v.Kind()
	v.IsNull()
	v.Text()
	v.Str()
	v.Is("web")
	v.IsText("")
	v.True()
	v.Int()
	v.Len()
	v.Changed()
	v.JSON()
	v.IsStringMap()
	v.StringMap()
	v.Clone()
	for _, e := range v.Members() {
		visit(e)
	}
	for _, e := range v.Elements() {
		visit(e)
	}
}
