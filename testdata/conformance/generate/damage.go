package generate

import (
	"maps"
	"slices"
	"strings"
)

// damageable are the items whose fields may be anything: without its Namespaces and definitions a backup is another one.
func (g *generator) damageable() []string {
	return slices.DeleteFunc(sortedKeys(g.items), func(path string) bool {
		return strings.HasPrefix(path, "namespaces/") || strings.HasPrefix(path, "customresourcedefinitions")
	})
}

// wear takes optional fields away from each item, at any depth, empties some, and adds some that nobody knows.
func (g *generator) wear() {
	for _, path := range g.damageable() {
		o := clone(g.items[path])
		g.wearIn(o, true)
		g.items[path] = o
	}
}

func (g *generator) wearIn(v any, top bool) {
	switch v := v.(type) {
	case object:
		for _, k := range sortedKeys(v) {
			switch {
			case slices.Contains(identity, k), k == "targetPort", top && k == "spec": // API servers see to these
			case g.chance(6):
				delete(v, k)
				continue
			case g.chance(3):
				v[k] = emptied(v[k])
				continue
			}
			g.wearIn(v[k], false)
		}
		if _, texts := v["app"]; !texts && g.chance(2) && !top {
			v[unknown] = "x"
		}
	case []any:
		for _, e := range v {
			g.wearIn(e, false)
		}
	}
}

// emptied is the empty value of a value's kind.
func emptied(v any) any {
	switch v.(type) {
	case object:
		return object{}
	case []any:
		return []any{}
	case string:
		return ""
	case bool:
		return false
	}
	return v
}

// breakOne puts a value of another type into one field of one item, at any depth; its identity stays. Items at the paths
// of spared stay as they are.
func (g *generator) breakOne(spared func(path string) bool) {
	paths := slices.DeleteFunc(g.damageable(), func(path string) bool { return spared != nil && spared(path) })
	if len(paths) == 0 {
		return
	}
	path := pick(g, paths...)
	o := clone(g.items[path])
	g.breakIn(o, true)
	m, _ := o["metadata"].(object)
	for _, texts := range []any{m["labels"], m["annotations"]} {
		if t, ok := texts.(object); ok { // no API server keeps null there
			maps.DeleteFunc(t, func(_ string, v any) bool { return v == nil })
		}
	}
	g.items[path] = o
}

func (g *generator) breakIn(v any, top bool) {
	others := []any{nil, true, "text", 3, 3.5, []any{"x"}, object{unknown: "b"}, []any{}, object{}}
	switch v := v.(type) {
	case object:
		keys := slices.DeleteFunc(sortedKeys(v), func(k string) bool {
			return top && (k == "apiVersion" || k == "kind") || k == "name" || k == "namespace" || top && k == "metadata" && g.chance(60)
		})
		if len(keys) == 0 {
			return
		}
		k := pick(g, keys...)
		if _, leaf := v[k].(object); (!leaf || g.chance(25)) && !(top && k == "metadata") {
			if list, ok := v[k].([]any); ok && len(list) > 0 && g.chance(60) {
				g.breakIn(list[g.r.IntN(len(list))], false)
				return
			}
			v[k] = pick(g, others...)
			return
		}
		g.breakIn(v[k], false)
	case []any:
		if len(v) > 0 {
			g.breakIn(v[g.r.IntN(len(v))], false)
		}
	}
}
