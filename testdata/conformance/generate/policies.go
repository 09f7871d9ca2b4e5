package generate

import "sigs.k8s.io/yaml"

// policies gives some restores of a release that knows them resource policies, in a ConfigMap of the target.
func (g *generator) policies(restore object) error {
	if g.version != "1.18.3" || !g.chance(35) {
		return nil
	}
	text := object{"version": "v1"}
	if g.chance(60) {
		var list []any
		free := []string{"shop", "data", "team-*", "sho?", "*"}
		for range 1 + g.r.IntN(2) {
			at := g.r.IntN(len(free))
			list = append(list, object{"namespaces": []any{free[at]}, "resourceFilters": g.filters(true)})
			free = append(free[:at:at], free[at+1:]...)
		}
		text["namespacedFilterPolicies"] = list
	}
	if g.chance(40) {
		text["clusterScopedFilterPolicy"] = object{"resourceFilters": g.filters(false)}
	}
	data, err := yaml.Marshal(text)
	if err != nil {
		return err
	}
	restore["spec"].(object)["resourcePolicy"] = object{"kind": pick(g, "ConfigMap", "configmap"), "name": "policies"}
	g.target = append(g.target, object{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": object{"name": "policies", "namespace": "velero"}, "data": object{"policies": string(data)},
	})
	return nil
}

// filters are some for kinds with a namespace, or without.
func (g *generator) filters(namespaced bool) []any {
	kinds := []string{"clusterroles", "PersistentVolume", "storageclasses.storage.k8s.io", "namespaces", "gadgets"}
	if namespaced {
		kinds = []string{"pods", "Deployment", "configmaps", "secret", "pvc", "svc", "widgets.example.io", "nothing", "serviceaccounts"}
	}
	var list []any
	for range 1 + g.r.IntN(3) {
		at := g.r.IntN(len(kinds))
		filter := object{"kinds": []any{kinds[at]}}
		kinds = append(kinds[:at:at], kinds[at+1:]...)
		g.maybe(30, filter, "names", []any{"w*"}, []any{"web", "a"}, []any{"*"})
		g.maybe(20, filter, "excludedNames", []any{"web"}, []any{"*-1"})
		switch {
		case g.chance(30):
			filter["labelSelector"] = object{"matchLabels": object{"app": "web"}}
		case g.chance(15):
			filter["orLabelSelectors"] = []any{
				object{"matchLabels": object{"app": "web"}},
				object{"matchExpressions": []any{object{"key": "tier", "operator": pick(g, "Exists", "DoesNotExist")}}},
			}
		}
		list = append(list, filter)
	}
	if namespaced && g.chance(25) {
		all := object{}
		g.maybe(50, all, "kinds", []any{"*"})
		g.maybe(50, all, "labelSelector", object{"matchLabels": object{"app": "web"}})
		list = append(list, all)
	}
	return list
}
