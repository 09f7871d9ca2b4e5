package generate

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// object is a Kubernetes object in the making.
type object = map[string]any

// generator makes one case.
type generator struct {
	r       *rand.Rand
	version string
	chosen  map[string]any    // values of options by name
	items   map[string]object // by path below resources/, without the extension
	target  []object
	side    map[string][]any // side files by name
	moved   bool             // the backup moved its data
}

var spaces = []string{"shop", "data", "team-a", "team-b"}

// Case returns the case of a seed and number for a version of Velero, as txtar text.
func Case(version string, seed, number uint64) ([]byte, error) {
	return makeCase(version, seed, number, nil)
}

// Square is a Case without the options that no archive can hold.
func Square(version string, seed, number uint64) ([]byte, error) {
	return makeCase(version, seed, number, []string{
		"preserveNodePorts", "restorePVs", "restoreStatus", "existingResourcePolicy", "modifiers", "change-pvc-node-selector", "features",
	})
}

func makeCase(version string, seed, number uint64, without []string) ([]byte, error) {
	g := &generator{
		r: rand.New(rand.NewPCG(seed, number)), version: version,
		items: map[string]object{}, side: map[string][]any{},
	}
	g.choose(seed, number)
	for _, name := range without {
		delete(g.chosen, name)
	}
	g.cluster()
	for range 1 + g.r.IntN(14) {
		g.item()
	}
	if g.chance(15) {
		g.wear()
	}
	if g.chance(20) {
		g.breakOne(nil)
	}
	restore := g.restore()
	modifiers := g.modifiers()
	g.configure()
	g.existing()
	if err := g.policies(restore); err != nil {
		return nil, err
	}
	return g.text("restore.yaml", fmt.Sprintf("Made at random: version %s, seed %d, number %d.\n", version, seed, number), restore, modifiers)
}

// chance is true in that many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

// maybe sets a field in some cases.
func (g *generator) maybe(percent int, o object, key string, values ...any) {
	if g.chance(percent) {
		o[key] = pick(g, values...)
	}
}

// text writes the case down; file is where what is asked for stands.
func (g *generator) text(file, comment string, asked, modifiers object) ([]byte, error) {
	a := &txtar.Archive{Comment: []byte(comment)}
	add := func(name string, docs ...any) error {
		var text []string
		for _, d := range docs {
			data, err := yaml.Marshal(d)
			if err != nil {
				return err
			}
			text = append(text, string(data))
		}
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(strings.Join(text, "---\n"))})
		return nil
	}
	a.Files = append(a.Files, txtar.File{Name: "versions", Data: []byte(g.version + "\n")})
	if features, ok := g.chosen["features"].(string); ok {
		a.Files = append(a.Files, txtar.File{Name: "features", Data: []byte(features + "\n")})
	}
	for _, path := range sortedKeys(g.items) {
		data, err := json.Marshal(g.items[path])
		if err != nil {
			return nil, err
		}
		a.Files = append(a.Files, txtar.File{Name: "resources/" + path + ".json", Data: append(data, '\n')})
	}
	if err := add(file, asked); err != nil {
		return nil, err
	}
	if len(g.target) > 0 {
		docs := make([]any, len(g.target))
		for i, o := range g.target {
			docs[i] = o
		}
		if err := add("target.yaml", docs...); err != nil {
			return nil, err
		}
	}
	if modifiers != nil {
		if err := add("modifiers.yaml", modifiers); err != nil {
			return nil, err
		}
	}
	if g.moved {
		if err := add("velero-backup.yaml", g.backup()); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(g.side) {
		if err := add(name, g.side[name]); err != nil {
			return nil, err
		}
	}
	return txtar.Format(a), nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// put adds an item; one of that name that is there already stays.
func (g *generator) put(resource, apiVersion, kind, namespace, name string, o object) {
	path := resource + "/cluster/" + name
	if namespace != "" {
		path = resource + "/namespaces/" + namespace + "/" + name
	}
	if _, taken := g.items[path]; taken {
		return
	}
	o["apiVersion"], o["kind"] = apiVersion, kind
	o["metadata"] = g.metadata(o["metadata"], namespace, name)
	g.items[path] = o
}

// metadata adds what servers and users put there.
func (g *generator) metadata(given any, namespace, name string) object {
	m, _ := given.(object)
	if m == nil {
		m = object{}
	}
	m["name"] = name
	if namespace != "" {
		m["namespace"] = namespace
	}
	g.maybe(70, m, "creationTimestamp", "2026-01-02T03:04:05Z")
	g.maybe(60, m, "uid", "11111111-2222-3333-4444-555555555555")
	g.maybe(50, m, "resourceVersion", "123")
	g.maybe(20, m, "generation", 3)
	g.maybe(10, m, "selfLink", "/api/v1/x")
	g.maybe(10, m, "generateName", "x-")
	g.maybe(15, m, "finalizers", []any{"example.com/keep"})
	g.maybe(15, m, "ownerReferences", []any{object{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "u", "controller": true}})
	g.maybe(5, m, "deletionGracePeriodSeconds", 30)
	if _, has := m["managedFields"]; !has {
		g.maybe(25, m, "managedFields", []any{object{
			"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": object{"f:spec": object{}}, "manager": "kubectl", "operation": "Update", "time": "2026-01-02T03:04:05Z",
		}})
	}
	if labels, ok := m["labels"].(object); ok || g.chance(60) {
		if labels == nil {
			labels = object{}
		}
		g.maybe(60, labels, "app", "web", "db")
		g.maybe(40, labels, "tier", "front", "back", "")
		setUnlessEmpty(m, "labels", labels)
	}
	if annotations, ok := m["annotations"].(object); ok || g.chance(30) {
		if annotations == nil {
			annotations = object{}
		}
		g.maybe(50, annotations, "note", "Grüße <&> 日本\n", "x")
		g.maybe(5, annotations, "velero.io/restore-status", "true", "false", "perhaps")
		setUnlessEmpty(m, "annotations", annotations)
	}
	return m
}

// setUnlessEmpty: an API server keeps no empty labels or annotations.
func setUnlessEmpty(m object, key string, texts object) {
	delete(m, key)
	if len(texts) > 0 {
		m[key] = texts
	}
}
