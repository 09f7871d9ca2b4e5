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
		o := asStored(clone(g.items[path]))
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

// asStored is what an API server keeps of an object: no status of another cluster, nothing that it does not know or that is
// null, and no empty labels, annotations or references.
func asStored(o object) object {
	delete(o, "status")
	forget(o)
	m, _ := o["metadata"].(object)
	for name, in := range map[string]object{"labels": m, "annotations": m, "secrets": o, "imagePullSecrets": o} {
		switch v := in[name].(type) {
		case object:
			setUnlessEmpty(in, name, v)
		case []any:
			if len(v) == 0 {
				delete(in, name)
			}
		}
	}
	entries, _ := m["managedFields"].([]any)
	for _, e := range entries {
		if entry, ok := e.(object); ok {
			maps.DeleteFunc(entry, func(_ string, v any) bool { return v == "" })
		}
	}
	return o
}

// forget takes away unknown fields and null, at any depth.
func forget(v any) {
	switch v := v.(type) {
	case object:
		for k, e := range v {
			if k == unknown || e == nil {
				delete(v, k)
			}
			forget(e)
		}
	case []any:
		for _, e := range v {
			forget(e)
		}
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
