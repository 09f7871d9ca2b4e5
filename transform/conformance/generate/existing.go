package generate

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// mayExist are the resources of which the target may have the very item already.
var mayExist = []string{"configmaps", "services", "persistentvolumes", "deployments.apps", "serviceaccounts", "secrets"}

// existing gives the target some of the backup's items, as they are or changed.
func (g *generator) existing() {
	if !g.chance(30) {
		return
	}
	for _, path := range sortedKeys(g.items) {
		resource, _, _ := strings.Cut(path, "/")
		if !slices.Contains(mayExist, resource) || !g.chance(40) {
			continue
		}
		o := clone(g.items[path])
		delete(o, "status")
		for _, list := range []string{"secrets", "imagePullSecrets"} { // an API server keeps no empty ones
			if l, ok := o[list].([]any); ok && len(l) == 0 {
				delete(o, list)
			}
		}
		m, ok := o["metadata"].(object)
		if !ok || g.has(o["kind"], m["namespace"], m["name"]) {
			continue
		}
		if g.chance(60) {
			m["labels"] = object{"in": "cluster"}
		}
		g.target = append(g.target, o)
	}
}

// has says whether the target has an object already.
func (g *generator) has(kind, namespace, name any) bool {
	return slices.ContainsFunc(g.target, func(o object) bool {
		m, _ := o["metadata"].(object)
		return o["kind"] == kind && m["namespace"] == namespace && m["name"] == name
	})
}

func clone(o object) object {
	data, err := json.Marshal(o)
	if err != nil {
		return object{}
	}
	var c object
	if err := json.Unmarshal(data, &c); err != nil {
		return object{}
	}
	return c
}

// breakOne puts a value of another type into one field of one item, at any depth; its identity stays.
func (g *generator) breakOne() {
	paths := slices.DeleteFunc(sortedKeys(g.items), func(path string) bool {
		return strings.HasPrefix(path, "namespaces/") || strings.HasPrefix(path, "customresourcedefinitions")
	})
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
