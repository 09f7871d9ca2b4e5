package generate

import (
	"encoding/json"
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
