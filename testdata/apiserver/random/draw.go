package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed objects.yaml
var objectsText string

//go:embed definitions.yaml
var definitionsText string

//go:embed target.yaml
var targetText string

// documents are the YAML documents of a text, as JSON.
func documents(text string) ([]map[string]any, error) {
	var list []map[string]any
	for _, part := range strings.Split(text, "\n---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(part), &o); err != nil {
			return nil, fmt.Errorf("%w:\n%s", err, part)
		}
		list = append(list, o)
	}
	return list, nil
}

// words are what texts are spoiled with.
var words = []string{
	"", "x", "X", "a b", "-a", "a-", "a.b", "a/b", "a_b", "*", "/", "../x", "10.0.0.1", "fd00::1", "10.0.0.0/8", "300.1.1.1", "0", "-1", "1Gi", "1.5", "100m", "5x", "50%", "150%",
	"None", "Never", "Always", "TCP", "SCTP", "In", "Exists", "Gt", "Fail", "Recreate", "RollingUpdate", "Indexed", "OnFailure", "ClusterIP", "NodePort", "ExternalName",
	"kubernetes.io/x", "example.com/x", "Example.com/x", "app", "web", "default", "high", "missing", "gvisor", "fast", "standard", "true", "2026-01-01T00:00:00Z", "9090", "http",
	"an-uncommonly-long-name-that-goes-on-and-on-for-more-than-sixty-three-letters-in-all", "IPv6", "ReadWriteOncePod", "Block", "Utilization", "Deployment", "object.x == 1", "1 +",
}

var numbers = []float64{-1, 0, 1, 2, 10, 53, 80, 100, 101, 500, 30001, 30002, 30003, 30555, 32767, 32768, 65535, 65536, 2147483647, 2147483648, 1e12, 1.5}

// place is where a value stands.
type place struct {
	get func() any
	set func(any)
	cut func()
}

// places are all values below an object, but its kind, its namespace and its name.
func places(o map[string]any) []place {
	var list []place
	var in func(any)
	in = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				list = append(list, place{func() any { return v[name] }, func(to any) { v[name] = to }, func() { delete(v, name) }})
				in(v[name])
			}
		case []any:
			for i := range v {
				list = append(list, place{func() any { return v[i] }, func(to any) { v[i] = to }, func() { v[i] = nil }})
				in(v[i])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		switch v := o[name]; name {
		case "apiVersion", "kind":
		case "metadata":
			m := v.(map[string]any)
			for _, part := range []string{"annotations", "finalizers", "labels", "ownerReferences"} {
				in(m[part])
			}
		default:
			list = append(list, place{func() any { return o[name] }, func(to any) { o[name] = to }, func() { delete(o, name) }})
			in(v)
		}
	}
	return list
}

// spoil changes one value.
func spoil(r *rand.Rand, o map[string]any) {
	list := places(o)
	if len(list) == 0 {
		return
	}
	p := list[r.IntN(len(list))]
	v := p.get()
	switch r.IntN(12) {
	case 0:
		p.cut()
		return
	case 1: // of another type
		p.set([]any{"text", 7.0, true, []any{}, map[string]any{}, nil}[r.IntN(6)])
		return
	}
	switch v := v.(type) {
	case map[string]any:
		other := list[r.IntN(len(list))].get()
		v[[]string{"unknown", "name", "a b", "value", "type", "kubernetes.io/x"}[r.IntN(6)]] = clone(other)
	case []any:
		switch {
		case len(v) == 0 || r.IntN(4) == 0:
			p.set([]any{})
		default:
			p.set(append(slices.Clone(v), clone(v[r.IntN(len(v))])))
		}
	case string:
		p.set(words[r.IntN(len(words))])
	case float64:
		p.set(numbers[r.IntN(len(numbers))])
	case bool:
		p.set(!v)
	default:
		p.set(words[r.IntN(len(words))])
	}
}

func clone(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var copied any
	if err := json.Unmarshal(text, &copied); err != nil {
		panic(err)
	}
	return copied
}

// draw makes an object: one in four is valid, most have one or two values spoiled.
func draw(r *rand.Rand, templates []map[string]any, number int, namespaces []string, scope func(map[string]any) (namespaced bool)) map[string]any {
	o := clone(templates[r.IntN(len(templates))]).(map[string]any)
	name := fmt.Sprintf("n%d", number)
	if o["kind"] == "CustomResourceDefinition" {
		text, _ := json.Marshal(o)
		_ = json.Unmarshal([]byte(strings.ReplaceAll(strings.ReplaceAll(string(text), "NAME", name), `"kind":"n`, `"kind":"N`)), &o)
	} else if o["kind"] != "APIService" {
		o["metadata"].(map[string]any)["name"] = name
	}
	if scope(o) {
		o["metadata"].(map[string]any)["namespace"] = namespaces[r.IntN(len(namespaces))]
	}
	for range []int{0, 1, 1, 1, 1, 1, 2, 3}[r.IntN(8)] {
		spoil(r, o)
	}
	if r.IntN(25) == 0 {
		o["metadata"].(map[string]any)["name"] = words[r.IntN(len(words))]
	}
	return o
}
