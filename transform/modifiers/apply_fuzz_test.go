package modifiers

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzApply runs rules of each kind on random objects: what comes out is JSON again, and soon.
func FuzzApply(f *testing.F) {
	obj := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"b","labels":{"x":"y"},"annotations":{"k":"v"}},"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"A","value":"1"}]}],"n":1.50,"e":1e30,"l":[1,2,3]},"data":{"k":"v"}}`
	for _, op := range []string{"add", "remove", "replace", "copy", "move", "test"} {
		f.Add(op, "/spec/l/0", "/spec/l", "1", "pods", "", obj, `{"spec":{"containers":[{"name":"c","$patch":"delete"}]}}`)
	}
	f.Add("copy", "/a", "/", "{", "*", "a+", `{"a":null}`, `[1]`)
	f.Fuzz(func(t *testing.T, op, path, from, value, group, re, item, doc string) {
		if len(item) > 4000 || len(doc) > 2000 || len(path)+len(from)+len(value)+len(group)+len(re) > 600 {
			return
		}
		if strings.Count(group, "*")+strings.Count(group, "?")+strings.Count(group, "{") > 12 {
			return
		}
		rule := func(k string, v any) map[string]any {
			return map[string]any{"conditions": map[string]any{"groupResource": group, "resourceNameRegex": re}, k: v}
		}
		file, _ := json.Marshal(map[string]any{"version": "v1", "resourceModifierRules": []any{
			rule("patches", []any{map[string]any{"operation": op, "path": path, "from": from, "value": value}, map[string]any{"operation": "test", "path": "/kind", "value": "Pod"}}),
			rule("mergePatches", []any{map[string]any{"patchData": doc}}), rule("strategicPatches", []any{map[string]any{"patchData": doc}})}})
		rules, err := Parse(file)
		if err != nil {
			return
		}
		start := time.Now()
		for _, res := range []string{"pods", "deployments.apps"} {
			r := rules.Apply(res, []byte(item))
			if len(r.Item) > 0 && json.Valid([]byte(item)) {
				if !json.Valid(r.Item) {
					t.Fatalf("not JSON: %q", r.Item)
				}
				if utf8.ValidString(item) && utf8.ValidString(value+doc+path) && !utf8.Valid(r.Item) {
					t.Fatalf("not UTF-8: %q", r.Item)
				}
			}
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Fatalf("took %s", d)
		}
	})
}
