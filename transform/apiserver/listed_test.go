package apiserver

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

// Where all versions that are served are listed, another one is refused without --target-version.
func TestVersionsThatNoSourceListsAreNotServed(t *testing.T) {
	const ingress = `{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: i, namespace: default}}`
	const widget = `{apiVersion: acme.io/v1, kind: Widget, metadata: {name: w, namespace: default}}`
	for _, c := range []struct {
		name, given     string
		ingress, widget int
	}{
		{"nothing", `[]`, 201, 201},
		{"a list of groups", `[{kind: APIGroupList, groups: [{name: acme.io, versions: [{groupVersion: acme.io/v1}]}]}]`, 404, 201},
		{"all resources of a version", `[{kind: APIResourceList, groupVersion: acme.io/v1, resources: [{name: gadgets, kind: Gadget, namespaced: true, verbs: [create]}]}]`, 201, 404},
		{"some of its resources", `[{kind: APIResourceList, partial: true, groupVersion: acme.io/v1, resources: [{name: gadgets, kind: Gadget, namespaced: true, verbs: [create]}]}]`, 201, 201},
		{"APIServices", `[{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.apps}, spec: {group: apps, version: v1}}]`, 404, 404},
		{"one APIService of many", `[{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.acme.io}, spec: {group: acme.io, version: v1}}]`, 201, 201},
	} {
		s, err := New(Options{Objects: actiontest.Parse(t, c.given).Elements(), VeleroNamespace: "velero"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Create("ingresses.extensions", actiontest.Parse(t, ingress), false); got.Code != c.ingress {
			t.Errorf("%s: an Ingress of a version that is gone: %d %s, want %d", c.name, got.Code, got.Message, c.ingress)
		}
		if got := s.Create("widgets.acme.io", actiontest.Parse(t, widget), false); got.Code != c.widget {
			t.Errorf("%s: a custom resource: %d %s, want %d", c.name, got.Code, got.Message, c.widget)
		}
	}
}

// Where a resource is known to be empty, what needs one of its objects is refused.
func TestWhatATargetIsKnownNotToHaveIsMissed(t *testing.T) {
	for code, empty := range map[int][]string{201: nil, 403: {"runtimeclasses.node.k8s.io"}} {
		s, err := New(Options{Empty: empty, VeleroNamespace: "velero"})
		if err != nil {
			t.Fatal(err)
		}
		got := s.Create("pods", actiontest.Parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {runtimeClassName: r, `+container+`}}`), false)
		if got.Code != code {
			t.Errorf("%v: %d %s, want %d", empty, got.Code, got.Message, code)
		}
	}
}

// The lookup of a RuntimeClass without a name fails in the server.
func TestARuntimeClassWithoutANameIsAnErrorOfTheServer(t *testing.T) {
	s, err := New(Options{Version: "1.33", VeleroNamespace: "velero"})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Create("pods", actiontest.Parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {runtimeClassName: '', `+container+`}}`), false)
	if got.Code != 500 || got.Message != "resource name may not be empty" {
		t.Errorf("got %d %s", got.Code, got.Message)
	}
}
