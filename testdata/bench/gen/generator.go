package main

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// kind is one row of the corpus table: how many of the items are of this kind and how one is made.
type kind struct {
	resource   string // <resource>.<group>, the directory under resources/
	version    string // preferred version, for <version>-preferredversion
	apiVersion string
	kind       string
	cluster    bool    // cluster-scoped
	weight     float64 // share of the items
	max        int     // at most so many (0: no limit)
	body       func(g *generator, o *object)
}

// kinds in the order they are written. The weights add up to 1 but need not.
var kinds = []kind{
	{"pods", "v1", "v1", "Pod", false, .08, 0, (*generator).pod},
	{"persistentvolumeclaims", "v1", "v1", "PersistentVolumeClaim", false, .035, 0, (*generator).pvc},
	{"persistentvolumes", "v1", "v1", "PersistentVolume", true, .035, 0, (*generator).pv},
	{"configmaps", "v1", "v1", "ConfigMap", false, .12, 0, (*generator).configMap},
	{"events", "v1", "v1", "Event", false, .27, 0, (*generator).event},
	{"namespaces", "v1", "v1", "Namespace", true, .003, 0, (*generator).namespace},
	{"secrets", "v1", "v1", "Secret", false, .10, 0, (*generator).secret},
	{"serviceaccounts", "v1", "v1", "ServiceAccount", false, .06, 0, (*generator).serviceAccount},
	{"services", "v1", "v1", "Service", false, .051, 0, (*generator).service},
	{"customresourcedefinitions.apiextensions.k8s.io", "v1", "apiextensions.k8s.io/v1", "CustomResourceDefinition", true, .0015, 300, (*generator).crd},
	{"deployments.apps", "v1", "apps/v1", "Deployment", false, .02, 0, (*generator).deployment},
	{"replicasets.apps", "v1", "apps/v1", "ReplicaSet", false, .055, 0, (*generator).replicaSet},
	{"endpointslices.discovery.k8s.io", "v1", "discovery.k8s.io/v1", "EndpointSlice", false, .05, 0, (*generator).endpointSlice},
	{"widgets.example.io", "v1alpha1", "example.io/v1alpha1", "Widget", false, .1145, 0, (*generator).widget},
}

// generator holds the random source, the tar being written and the pools of names that the objects share.
type generator struct {
	r          *rand.Rand
	tw         *tar.Writer
	now        time.Time
	namespaces []string
	apps       []string
}

// object is an item under construction.
type object struct {
	m         map[string]any // the document
	meta      map[string]any // its metadata
	name, ns  string
	app       string
	n         int // index within its kind
	k         *kind
	created   string
	noManaged bool // leave managedFields out
}

type (
	obj  = map[string]any
	list = []any
)

func (g *generator) write(items int) error {
	if err := g.file("metadata/version", []byte("1.1.0\n")); err != nil {
		return err
	}
	for i := range max(3, min(600, items/300)) {
		ns := fmt.Sprintf("%s-%s", g.word(), pick(g.r, "prod", "staging", "dev", "qa", "infra"))
		if slices.Contains(g.namespaces, ns) {
			ns += "-" + strconv.Itoa(i)
		}
		g.namespaces = append(g.namespaces, ns)
	}
	for range max(5, min(2000, items/100)) {
		g.apps = append(g.apps, g.word()+"-"+g.word())
	}
	var total float64
	for _, k := range kinds {
		total += k.weight
	}
	left := items
	for i := range kinds {
		k := &kinds[i]
		n := int(math.Round(float64(items) * k.weight / total))
		if k.max > 0 {
			n = min(n, k.max)
		}
		if i == len(kinds)-1 {
			n = left
		}
		n = max(0, min(n, left))
		left -= n
		for j := range n {
			if err := g.item(k, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// item makes one item of kind k and writes both of its copies.
func (g *generator) item(k *kind, n int) error {
	o := &object{k: k, n: n, app: g.apps[g.r.IntN(len(g.apps))]}
	if !k.cluster {
		// a few namespaces hold most of the items
		o.ns = g.namespaces[int(float64(len(g.namespaces))*math.Pow(g.r.Float64(), 2))]
	}
	o.name = fmt.Sprintf("%s-%s-%s", o.app, g.alnum(9), g.alnum(5))
	created := g.now.Add(-time.Duration(g.r.IntN(200*24*3600)) * time.Second)
	o.created = created.Format(time.RFC3339)
	o.meta = obj{
		"creationTimestamp": o.created,
		"resourceVersion":   strconv.Itoa(100000000 + g.r.IntN(800000000)),
		"uid":               g.uuid(),
		"labels": obj{
			"app.kubernetes.io/instance":   o.app,
			"app.kubernetes.io/managed-by": pick(g.r, "Helm", "kustomize", "argocd"),
			"app.kubernetes.io/name":       o.app,
			"app.kubernetes.io/version":    fmt.Sprintf("%d.%d.%d", g.r.IntN(4), g.r.IntN(30), g.r.IntN(12)),
		},
	}
	o.m = obj{"apiVersion": k.apiVersion, "kind": k.kind, "metadata": o.meta}
	k.body(g, o)
	o.meta["name"] = o.name
	if o.ns != "" {
		o.meta["namespace"] = o.ns
	}
	if !o.noManaged {
		g.managedFields(o)
	}
	b, err := json.Marshal(o.m)
	if err != nil {
		return err
	}
	scope := "cluster/"
	if o.ns != "" {
		scope = "namespaces/" + o.ns + "/"
	}
	if err := g.file("resources/"+k.resource+"/"+scope+o.name+".json", b); err != nil {
		return err
	}
	return g.file("resources/"+k.resource+"/"+k.version+"-preferredversion/"+scope+o.name+".json", b)
}

func (g *generator) file(name string, b []byte) error {
	g.now = g.now.Add(time.Duration(g.r.IntN(40)) * time.Millisecond)
	h := &tar.Header{Name: name, Size: int64(len(b)), Typeflag: tar.TypeReg, Mode: 0755, ModTime: g.now}
	if err := g.tw.WriteHeader(h); err != nil {
		return err
	}
	_, err := g.tw.Write(b)
	return err
}

// managedFields describes every field of the object as an API server does: one entry for the applier, one for
// the controller that owns the status.
func (g *generator) managedFields(o *object) {
	spec := obj{}
	for key, v := range o.m {
		switch key {
		case "apiVersion", "kind", "metadata", "status":
		default:
			spec["f:"+key] = fieldsOf(v, 7)
		}
	}
	spec["f:metadata"] = obj{"f:annotations": obj{".": obj{}}, "f:labels": fieldsOf(o.meta["labels"], 1)}
	entries := list{obj{
		"apiVersion": o.k.apiVersion, "fieldsType": "FieldsV1", "fieldsV1": spec,
		"manager": pick(g.r, "kubectl-client-side-apply", "helm", "argocd-controller"), "operation": "Update", "time": o.created,
	}}
	if st, ok := o.m["status"]; ok {
		entries = append(entries, obj{
			"apiVersion": o.k.apiVersion, "fieldsType": "FieldsV1", "fieldsV1": obj{"f:status": fieldsOf(st, 7)},
			"manager": "kube-controller-manager", "operation": "Update", "subresource": "status", "time": o.created,
		})
	}
	o.meta["managedFields"] = entries
}

// fieldsOf is the FieldsV1 set of v: f:<key> for the keys of an object, k:{"name":...} for the members of a list
// of named objects.
func fieldsOf(v any, depth int) obj {
	set := obj{}
	if depth == 0 {
		return set
	}
	switch v := v.(type) {
	case obj:
		set["."] = obj{}
		for key, e := range v {
			if len(key) < 200 {
				set["f:"+key] = fieldsOf(e, depth-1)
			}
		}
	case list:
		for _, e := range v {
			m, ok := e.(obj)
			if !ok {
				return obj{}
			}
			for _, id := range []string{"name", "type", "mountPath", "ip"} {
				if s, ok := m[id].(string); ok {
					key, _ := json.Marshal(obj{id: s})
					set["k:"+string(key)] = fieldsOf(m, depth-1)
					break
				}
			}
		}
	}
	return set
}
