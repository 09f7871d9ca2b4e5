package yamldiff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// changed makes the item that is before in the backup and goes through the steps, which are whole documents.
func changed(t *testing.T, before string, steps ...string) *report.Item {
	t.Helper()
	i := &report.Item{}
	was := object.MustParse(before)
	for n, step := range steps {
		is := object.MustParse(step)
		by := "step" + strconv.Itoa(n)
		if n == 0 {
			by = alwaysDropped
		}
		for _, c := range object.Diff(was, is) {
			change := report.Change{By: by, Op: string(c.Op), Path: c.Path}
			if c.Old != nil {
				change.Old = c.Old.JSON()
			}
			if c.New != nil {
				change.New = c.New.JSON()
			}
			i.Changes = append(i.Changes, change)
		}
		was = is
	}
	i.Object = json.RawMessage(was.JSON())
	return i
}

func TestADiffShowsWhatTheRestoreChanges(t *testing.T) {
	item := changed(t,
		`{"metadata":{"name":"web","uid":"1"},"spec":{"clusterIP":"10.96.0.7","ports":[{"port":80,"nodePort":30080}]},"status":{}}`,
		`{"metadata":{"name":"web"},"spec":{"clusterIP":"10.96.0.7","ports":[{"port":80,"nodePort":30080}]}}`,
		`{"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}`,
		`{"metadata":{"name":"web","labels":{"a/b":"c"}},"spec":{"ports":[{"port":80}]}}`)
	for _, test := range []struct {
		name string
		full bool
		want string
	}{
		{"without what is always dropped", false, `@@ -1,7 +1,7 @@
 metadata:
+  labels:
+    a/b: c
   name: web
 spec:
-  clusterIP: 10.96.0.7
   ports:
-  - nodePort: 30080
-    port: 80
+  - port: 80
`},
		{"in full", true, `@@ -1,9 +1,7 @@
 metadata:
+  labels:
+    a/b: c
   name: web
-  uid: "1"
 spec:
-  clusterIP: 10.96.0.7
   ports:
-  - nodePort: 30080
-    port: 80
-status: {}
+  - port: 80
`},
	} {
		got, err := Hunks(item, test.full)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %v\n got %s\nwant %s", test.name, err, got, test.want)
		}
	}
}

func TestAnItemThatIsNotSentHasNoDiff(t *testing.T) {
	for _, item := range []*report.Item{{Outcome: report.Skip}, changed(t, `{"a":1}`, `{"a":1}`, `{"a":1}`)} {
		if got, err := Hunks(item, true); got != nil || err != nil {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

func TestAChangeThatFitsNowhereIsAnError(t *testing.T) {
	for _, c := range []report.Change{
		{Op: "remove", Path: "/x/y", Old: json.RawMessage(`1`)},
		{Op: "remove", Path: "/list/9", Old: json.RawMessage(`1`)},
		{Op: "replace", Path: "/list/one", Old: json.RawMessage(`1`)},
		{Op: "replace", Path: "/text/one", Old: json.RawMessage(`1`)},
		{Op: "replace", Path: "/list/0"},
		{Op: "add", Path: "/none"},
		{Op: "add", Path: ""},
	} {
		item := &report.Item{Object: json.RawMessage(`{"list":[0],"text":""}`), Changes: []report.Change{c}}
		if got, err := Hunks(item, true); err == nil {
			t.Errorf("%s %s: no error, but %s", c.Op, c.Path, got)
		}
	}
}

// randomValue has few keys and short lists, so that steps meet.
func randomValue(r *rand.Rand, depth int) string {
	switch n := r.IntN(7); {
	case depth == 0 || n < 2:
		return strconv.Itoa(r.IntN(3))
	case n < 5:
		text, between := "{", ""
		for _, key := range []string{"a", "0", "b/c", "~"} {
			if r.IntN(2) > 0 {
				text += between + strconv.Quote(key) + ":" + randomValue(r, depth-1)
				between = ","
			}
		}
		return text + "}"
	}
	text, between := "[", ""
	for range r.IntN(5) {
		text += between + randomValue(r, depth-1)
		between = ","
	}
	return text + "]"
}

func TestTakingAllChangesBackGivesTheItemInTheBackup(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		before := randomValue(r, 3)
		item := changed(t, before, randomValue(r, 3), randomValue(r, 3), randomValue(r, 3))
		got, err := undo(object.MustParse(string(item.Object)), item.Changes, true)
		if err != nil {
			t.Fatalf("%s: %v", before, err)
		}
		if !object.Equal(got, object.MustParse(before)) {
			t.Fatalf("got %s, want %s\nchanges %+v", got.JSON(), before, item.Changes)
		}
	}
}

// One key that stands where another step removed one, of which numbers do not rise.
func TestMembersWithNumbersForNamesAreTakenBack(t *testing.T) {
	item := changed(t, `{"d":{"10":1,"9":2}}`, `{"d":{}}`, `{"d":{"9":3,"8":4}}`)
	got, err := undo(object.MustParse(string(item.Object)), item.Changes, true)
	if err != nil || string(got.JSON()) != `{"d":{"10":1,"9":2}}` {
		t.Errorf("got %s, %v", got.JSON(), err)
	}
}

// Work is counted in bytes that are allocated: of copies of lists, and of indexes of keys that stand unsorted.
func TestChangesAreTakenBackWithWorkThatGrowsAsTheyDo(t *testing.T) {
	allocated := func(n int, before, after string) uint64 {
		item := changed(t, before, before, after)
		var was, is runtime.MemStats
		runtime.ReadMemStats(&was)
		got, err := undo(object.MustParse(string(item.Object)), item.Changes, true)
		runtime.ReadMemStats(&is)
		if err != nil || len(item.Changes) != n || !object.Equal(got, object.MustParse(before)) {
			t.Fatalf("%d changes are not taken back: %v", len(item.Changes), err)
		}
		return is.TotalAlloc - was.TotalAlloc
	}
	full := func(n int, format, value string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, n-i, value)
		}
		return b.String()
	}
	members := func(n int, value string) string { return `{"d":{` + full(n, `"k%06d":%s,`, value) + `"z":1,"a":1}}` }
	list := func(n int, value string) string { return `{"d":[` + full(n, `"%06d%s",`, value) + `"end"]}` }
	for name, of := range map[string]func(n int) uint64{
		"members that were removed":   func(n int) uint64 { return allocated(n, members(n, "1"), members(0, "")) },
		"members that were added":     func(n int) uint64 { return allocated(n, members(0, ""), members(n, "1")) },
		"members that were replaced":  func(n int) uint64 { return allocated(n, members(n, "1"), members(n, "2")) },
		"elements that were removed":  func(n int) uint64 { return allocated(n, list(n, ""), list(0, "")) },
		"elements that were added":    func(n int) uint64 { return allocated(n, list(0, ""), list(n, "")) },
		"elements that were replaced": func(n int) uint64 { return allocated(n, list(n, ""), list(n, "x")) },
	} {
		if few, many := of(10_000), of(20_000); many > 3*few {
			t.Errorf("%s: 10,000 take %d bytes, 20,000 take %d", name, few, many)
		}
	}
}

func TestManagedFieldsAndTheLabelsOfARestoreAreLeftOut(t *testing.T) {
	item := &report.Item{
		Object: []byte(`{"kind":"ConfigMap","metadata":{"name":"a","managedFields":[{"manager":"x"}],"labels":{"velero.io/backup-name":"b","velero.io/restore-name":"r"}},"data":{"k":"new"}}`),
		Changes: []report.Change{
			{Op: "replace", Path: "/data/k", Old: []byte(`"old"`), New: []byte(`"new"`), By: "resource-modifiers"},
			{Op: "add", Path: "/metadata/labels", New: []byte(`{"velero.io/backup-name":"b","velero.io/restore-name":"r"}`), By: "restore-labels"},
		},
	}
	for full, wants := range map[bool][]string{false: {"-  k: old\n+  k: new\n"}, true: {"-  k: old\n+  k: new\n", "+    velero.io/backup-name: b\n", "managedFields"}} {
		got, err := Hunks(item, full)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(got), want) {
				t.Errorf("full %v: got\n%s\nwant %q in it", full, got, want)
			}
		}
		if !full && (strings.Contains(string(got), "velero.io") || strings.Contains(string(got), "managedFields")) {
			t.Errorf("got\n%s", got)
		}
	}
}
