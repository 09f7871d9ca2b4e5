package layout

import (
	"errors"
	"testing"
)

func TestPathsOfItems(t *testing.T) {
	for path, want := range map[string]ItemKey{
		"resources/pods/namespaces/shop/web.json":                           {Address{"pods", "shop", "web"}, ""},
		"resources/pods/v1-preferredversion/namespaces/shop/web.json":       {Address{"pods", "shop", "web"}, "v1-preferredversion"},
		"resources/nodes/cluster/n1.json":                                   {Address{"nodes", "", "n1"}, ""},
		"resources/a.b/v1beta1/cluster/system:x.json":                       {Address{"a.b", "", "system:x"}, "v1beta1"},
		"resources/pods/namespaces/cluster/x.json":                          {Address{"pods", "cluster", "x"}, ""},
		"resources/pods/namespaces/namespaces/x.json.json":                  {Address{"pods", "namespaces", "x.json"}, ""},
		"resources/namespaces/v1-preferredversion/cluster/kube-system.json": {Address{"namespaces", "", "kube-system"}, "v1-preferredversion"},
	} {
		got, err := Parse(path)
		if err != nil || got != want {
			t.Errorf("Parse(%s) = %+v, %v, want %+v", path, got, err, want)
		}
		if got.Path() != path {
			t.Errorf("Path() = %s, want %s", got.Path(), path)
		}
	}
}

func TestVersionsOfCopies(t *testing.T) {
	k, err := Parse("resources/deployments.apps/v1-preferredversion/namespaces/n/d.json")
	if err != nil || k.Version() != "v1" || !k.Preferred() || k.Plain().Path() != "resources/deployments.apps/namespaces/n/d.json" {
		t.Errorf("%+v %v", k, err)
	}
	if Group(k.Resource) != "apps" || Group("pods") != "" {
		t.Errorf("Group: %q %q", Group(k.Resource), Group("pods"))
	}
}

func TestPathsThatNoItemHas(t *testing.T) {
	for _, path := range []string{
		"resources/", "resources/pods", "resources/pods.json", "resources/pods/web.json", "resources/pods/namespaces/web.json",
		"resources/pods/namespaces/shop/web.yaml", "resources/pods/namespaces//web.json", "resources/pods/namespaces/../web.json",
		"resources/pods/namespaces/shop/.json", "resources/pods/v1/v2/namespaces/shop/web.json", "resources/pods/other/shop/web.json",
		"resources/../cluster/x.json", "resources/pods/cluster/a\\b.json", "resources/pods/cluster/a\x00.json",
	} {
		if k, err := Parse(path); err == nil || errors.Is(err, ErrNotItem) {
			t.Errorf("Parse(%q) = %+v, %v, want an error", path, k, err)
		}
	}
	for _, path := range []string{"metadata/version", "other", ""} {
		if _, err := Parse(path); !errors.Is(err, ErrNotItem) {
			t.Errorf("Parse(%q) = %v, want ErrNotItem", path, err)
		}
	}
}

func TestVersion(t *testing.T) {
	for apiVersion, want := range map[string]string{"v1": "v1", "apps/v1beta1": "v1beta1", "": ""} {
		if got := Version(apiVersion); got != want {
			t.Errorf("version of %q: %q, want %q", apiVersion, got, want)
		}
	}
}

// FuzzParse holds that a key and its path say the same, and that no hostile segment gets through.
func FuzzParse(f *testing.F) {
	f.Add("resources/pods/namespaces/shop/web.json")
	f.Add("resources/a/v1-preferredversion/cluster/b.json")
	f.Fuzz(func(t *testing.T, path string) {
		k, err := Parse(path)
		if err != nil {
			return
		}
		if k.Path() != path {
			t.Fatalf("Parse(%q) = %+v with Path %q", path, k, k.Path())
		}
		for _, part := range []string{k.Resource, k.Namespace, k.Name, k.VersionDir} {
			if part == ".." || part == "." {
				t.Fatalf("Parse(%q) let %q through", path, part)
			}
		}
	})
}
