package apiserver

import (
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// everywhere is what decides on others and is in every cluster with Velero.
var everywhere = []string{
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","labels":{"kubernetes.io/metadata.name":"default"}}}`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system","labels":{"kubernetes.io/metadata.name":"kube-system"}}}`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-public","labels":{"kubernetes.io/metadata.name":"kube-public"}}}`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-node-lease","labels":{"kubernetes.io/metadata.name":"kube-node-lease"}}}`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"velero","labels":{"kubernetes.io/metadata.name":"velero"}}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default"}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kube-system"}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kube-public"}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kube-node-lease"}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"velero"}}`,
	`{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"system-node-critical"},"value":2000001000}`,
	`{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"system-cluster-critical"},"value":2000000000}`,
}

// filler is an object that controllers make.
type filler struct {
	resource string
	object   *object.Value
}

// filling is what controllers put into each namespace.
func filling(namespace string) []filler {
	bare := func(kind, name string) *object.Value {
		o, metadata := object.New(), object.New()
		o.Set("apiVersion", object.Text("v1"))
		o.Set("kind", object.Text(kind))
		metadata.Set("name", object.Text(name))
		metadata.Set("namespace", object.Text(namespace))
		o.Set("metadata", metadata)
		return o
	}
	return []filler{{layout.ServiceAccounts, bare("ServiceAccount", "default")}, {layout.ConfigMaps, bare("ConfigMap", "kube-root-ca.crt")}}
}
