package findings_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// describedIn is an API server that knows some resources of its target.
type describedIn []string

func (d describedIn) Create(string, *object.Value, bool) pipeline.Answer {
	return pipeline.Answer{Code: 201}
}
func (d describedIn) Patch(string, *object.Value, *object.Value) pipeline.Answer {
	return pipeline.Answer{Code: 200}
}
func (d describedIn) Has(layout.Address) bool { return false }
func (d describedIn) Told() []report.Finding  { return nil }

func (d describedIn) Knows(resource string) bool {
	return slices.Contains(d, "*") || slices.Contains(d, resource)
}

// Each row is a restore of one item into namespace shop, which the target has where `has` says so.
func TestWhatNoTargetTellsOfIsOneWarning(t *testing.T) {
	const (
		pod     = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {a: b}}}`
		service = `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}`
	)
	atLarge := "target-policies-unknown target-webhooks-unknown"
	for _, c := range []struct {
		name, resource, yaml string
		knows                pipeline.APIServer
		has                  bool
		minor                int
		want                 string
	}{
		{name: "no target", resource: "pods", yaml: pod},
		{name: "all is known", resource: "pods", yaml: pod, knows: describedIn{"*"}},
		{name: "nothing is known", resource: "pods", yaml: pod, knows: describedIn{}, want: "target-limits-unknown target-namespaces-unknown target-nodes-unknown target-policies-unknown target-quotas-unknown target-webhooks-unknown"},
		{name: "a namespace that the restore makes", resource: "pods", yaml: pod, knows: describedIn{"namespaces", "nodes"}, want: atLarge},
		{name: "a namespace that the target has", resource: "pods", yaml: pod, knows: describedIn{"namespaces", "nodes"}, has: true, want: "target-limits-unknown target-policies-unknown target-quotas-unknown target-webhooks-unknown"},
		{name: "no node is asked for", resource: "pods", yaml: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {}}`, knows: describedIn{"namespaces"}, want: atLarge},
		{name: "a release without policies", resource: "pods", yaml: pod, knows: describedIn{"namespaces", "nodes"}, minor: 28, want: "target-webhooks-unknown"},
		{name: "half of what decides", resource: "pods", yaml: pod, knows: describedIn{"namespaces", "nodes", "validatingadmissionpolicies.admissionregistration.k8s.io"}, want: atLarge},
		{name: "a Service with a node port", resource: "services", yaml: service, knows: describedIn{"namespaces"}, want: "target-policies-unknown target-services-unknown target-webhooks-unknown"},
		{name: "a Service without", resource: "services", yaml: `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: None, ports: [{port: 80}]}}`, knows: describedIn{"namespaces"}, want: atLarge},
		{name: "a claim without a class", resource: "persistentvolumeclaims", yaml: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {}}`, knows: describedIn{"namespaces"}, want: "target-policies-unknown target-storage-classes-unknown target-webhooks-unknown"},
		{name: "a claim of no class", resource: "persistentvolumeclaims", yaml: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {storageClassName: ''}}`, knows: describedIn{"namespaces"}, want: atLarge},
		{name: "a claim of a volume", resource: "persistentvolumeclaims", yaml: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {volumeName: v}}`, knows: describedIn{"namespaces"}, want: atLarge},
		{name: "anything", resource: "configmaps", yaml: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}`, knows: describedIn{}, want: atLarge},
	} {
		s := scene{server: c.knows, minor: c.minor, backup: backup{namespaces: []string{"shop"}}, items: []item{{address: c.resource + "/shop/x", yaml: c.yaml}}}
		if c.has {
			s.target = append(s.target, `{apiVersion: v1, kind: Namespace, metadata: {name: shop}}`)
		}
		watchers := s.watch(t, func(_ *item, show func() []string) { show() })
		var summary report.Summary
		watchers.Conclude(&summary)
		var got []string
		for _, f := range summary.Findings {
			if strings.HasPrefix(f.ID, "target-") {
				got = append(got, f.ID)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A definition that the restore brings may be one that the target has in another form.
func TestDefinitionsOfTheTargetMayBeOthers(t *testing.T) {
	s := scene{
		server: describedIn{"namespaces"}, served: []string{`{spec: {group: e.org, names: {plural: things, kind: Thing}, versions: [{name: v1, served: true}]}}`},
		items: []item{
			{address: "customresourcedefinitions.apiextensions.k8s.io/things.e.org", yaml: `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.e.org}}`},
			{address: "things.e.org/shop/a", yaml: `{apiVersion: e.org/v1, kind: Thing, metadata: {name: a}}`},
		},
		want: []string{
			"target-definitions-unknown : no --target tells of customresourcedefinitions: a definition of the target stays, and its versions and its schema may refuse 1 item; to tell: kubectl get customresourcedefinitions -o yaml > customresourcedefinitions.yaml, and --target customresourcedefinitions.yaml",
			"target-policies-unknown", "target-webhooks-unknown",
		},
	}
	s.run(t)
}
