package discovery

import (
	"slices"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func TestNamesResolveAsInACluster(t *testing.T) {
	r := New()
	r.AddFolder("widgets.example.io", true)
	r.AddFolder("services.serving.knative.dev", true)
	r.AddCRD(object.MustParse(`{"spec":{"group":"multi.example.io","scope":"Namespaced","names":{"plural":"gadgets","kind":"Gadget","shortNames":["gd"]}}}`))
	for name, want := range map[string]string{
		"pods": "pods", "po": "pods", "pod": "pods", "Pods": "pods", "deploy": "deployments.apps", "deployments": "deployments.apps",
		"deployment.apps": "deployments.apps", "deployments.app": "deployments.apps", "events": "events", "events.events.k8s.io": "events.events.k8s.io",
		"services": "services", "services.serving.knative.dev": "services.serving.knative.dev", "jobs": "jobs.batch", "pvc": "persistentvolumeclaims",
		"widgets": "widgets.example.io", "gd": "gadgets.multi.example.io", "gadget": "gadgets.multi.example.io",
		"volumesnapshotclass.snapshot.storage.k8s.io": "volumesnapshotclasses.snapshot.storage.k8s.io",
	} {
		if got, ok := r.Resolve(name); got != want || !ok {
			t.Errorf("Resolve(%s) = %s, %v, want %s", name, got, ok, want)
		}
	}
	for _, name := range []string{"nothing", "pods.apps", "", "*"} {
		if got, ok := r.Resolve(name); ok || got != name {
			t.Errorf("Resolve(%q) = %s, %v, want itself, unresolved", name, got, ok)
		}
	}
}

func TestADefinitionSaysTheScope(t *testing.T) {
	r := New()
	for text, want := range map[string]string{
		`{"spec":{"group":"g.io","scope":"Cluster","names":{"plural":"zones","kind":"Zone"}}}`:        "zones.g.io",
		`{"spec":{"group":"g.io","scope":"Namespaced","names":{"plural":"gadgets","kind":"Gadget"}}}`: "gadgets.g.io",
		`{"spec":{"scope":"Namespaced","names":{"plural":"gadgets","kind":"Gadget"}}}`:                "",
		`{"spec":{"group":"g.io","scope":"Namespaced","names":{"kind":"Gadget"}}}`:                    "",
	} {
		if got := r.AddCRD(object.MustParse(text)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	for name, want := range map[string]bool{"zones.g.io": false, "gadgets.g.io": true} {
		if got, ok := r.Lookup(name); !ok || got.Namespaced != want {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestKindsHaveTheirResource(t *testing.T) {
	r := New()
	for _, c := range []struct {
		apiVersion, kind, want string
		known                  bool
	}{
		{"v1", "Pod", "pods", true},
		{"apps/v1", "Deployment", "deployments.apps", true},
		{"v1", "Endpoints", "endpoints", true},
		{"v1", "Thing", "things", false},
		{"example.io/v1", "Y", "ys.example.io", false},
		{"example.io/v1", "Policy", "policies.example.io", false},
		{"example.io/v1", "Box", "boxes.example.io", false},
		{"example.io/v1", "Gateway", "gateways.example.io", false},
	} {
		if got, known := r.ForKind(c.apiVersion, c.kind); got != c.want || known != c.known {
			t.Errorf("ForKind(%s, %s) = %s, %v", c.apiVersion, c.kind, got, known)
		}
	}
}

func TestOnlyWhatTheTargetHasIsServed(t *testing.T) {
	r := New()
	crd := object.MustParse(`{"spec":{"group":"example.io","names":{"plural":"widgets","kind":"Widget"}}}`)
	r.AddCRD(crd)
	if r.Served("widgets.example.io") || r.Served("volumesnapshots.snapshot.storage.k8s.io") || !r.Served("pods") {
		t.Error("a definition in the backup alone serves nothing; Kubernetes' own resources are served")
	}
	r.Serve(crd)
	if !r.Served("widgets.example.io") {
		t.Error("a definition in the target serves its resource")
	}
}

func TestResourcesStandInTheOrderOfDiscovery(t *testing.T) {
	got := New().Order([]string{"backups.velero.io", "widgets.example.io", "deployments.apps", "volumesnapshots.snapshot.storage.k8s.io",
		"priorityclasses.scheduling.k8s.io", "services", "gadgets.multi.example.io", "configmaps", "blobs.example.io"})
	want := []string{"configmaps", "services", "deployments.apps", "priorityclasses.scheduling.k8s.io", "blobs.example.io", "widgets.example.io",
		"gadgets.multi.example.io", "volumesnapshots.snapshot.storage.k8s.io", "backups.velero.io"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
