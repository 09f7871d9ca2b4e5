package generate

// option is one that a restore may have: something in the Restore's specification, resource modifiers, a ConfigMap of an
// action, a feature. The first value is none.
type option struct {
	name   string
	likely int // percent of the cases that have another value than none, beside those that must
	values []any
}

// options are all that a case chooses from; each pair of values of two of them occurs among enough cases.
var options = []option{
	{"namespaceMapping", 40, []any{nil, object{"shop": "store"}, object{"shop": "shop2", "data": "data2"}, object{"data": "data2", "nowhere": "else"}}},
	{"includedNamespaces", 25, []any{nil, []any{"*"}, []any{"shop"}, []any{"shop", "data"}, []any{"team-*"}, []any{"none"}}},
	{"excludedNamespaces", 12, []any{nil, []any{"data"}, []any{"team-?"}}},
	{"includedResources", 15, []any{nil, []any{"*"}, []any{"pods", "pvc"}, []any{"deploy", "services", "persistentvolumes"}, []any{"*.apps"}}},
	{"excludedResources", 15, []any{nil, []any{"pv"}, []any{"secrets", "widgets.example.io"}, []any{"persistentvolumeclaims"}, []any{"priorityclasses"}}},
	{"includeClusterResources", 30, []any{nil, true, false}},
	{"preserveNodePorts", 20, []any{nil, true, false}},
	{"restorePVs", 20, []any{nil, true, false}},
	{"restoreStatus", 12, []any{nil, object{"includedResources": []any{"widgets.example.io"}}, object{"excludedResources": []any{"pods"}, "includedResources": []any{"*"}}, object{}}},
	{"existingResourcePolicy", 20, []any{nil, "none", "update"}},
	{"selector", 25, []any{
		nil, object{"labelSelector": object{"matchLabels": object{"app": "web"}}},
		object{"labelSelector": object{"matchExpressions": []any{object{"key": "tier", "operator": "Exists"}}}},
		object{"orLabelSelectors": []any{object{"matchLabels": object{"app": "web"}}, object{"matchLabels": object{"tier": "back"}}}},
	}},
	{"hooks", 15, []any{nil, true}},
	{"modifiers", 20, []any{nil, "patches", "mergePatches", "strategicPatches"}},
	{"change-storage-class", 20, []any{nil, object{"gp2": "gp3"}, object{"gp2": "new", "fast": "gp3"}, object{"gp2": "missing"}}},
	{"change-image-name", 20, []any{nil, object{"a": "nginx,registry/nginx"}, object{"a": "old/,new/", "b": "alpine , busybox"}, object{"a": "no-comma"}}},
	{"change-pvc-node-selector", 20, []any{nil, object{"node-a": "node-b"}, object{"node-a": "node-c"}}},
	{"pod-volumes", 15, []any{nil, true}},
	{"features", 15, []any{nil, "EnableCSI", "EnableCSI EnableAPIGroupVersions"}},
}

// pair is a value of one option together with a value of another one.
type pair struct{ a, b, valueOfA, valueOfB int }

func pairs() []pair {
	var all []pair
	for a := range options {
		for b := range a {
			for x := range options[a].values {
				for y := range options[b].values {
					all = append(all, pair{a, b, x, y})
				}
			}
		}
	}
	return all
}

// choose takes a value for each option. Two of them are given, the pairs in turn, so that as many cases as there are pairs
// have them all; the others are left to chance.
func (g *generator) choose(seed, number uint64) {
	all := pairs()
	p := all[(seed*500+number)%uint64(len(all))]
	g.chosen = map[string]any{}
	for i, o := range options {
		value := 0
		switch {
		case i == p.a:
			value = p.valueOfA
		case i == p.b:
			value = p.valueOfB
		case g.chance(o.likely):
			value = 1 + g.r.IntN(len(o.values)-1)
		}
		g.chosen[o.name] = o.values[value]
	}
}
