package clusterapi

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
)

// groupVersion is one version of a group; the core group is "".
type groupVersion struct{ group, version string }

func (g groupVersion) String() string {
	if g.group == "" {
		return g.version
	}
	return g.group + "/" + g.version
}

func parseGroupVersion(apiVersion string) groupVersion {
	group, version, found := strings.Cut(apiVersion, "/")
	if !found {
		return groupVersion{version: group}
	}
	return groupVersion{group, version}
}

// entry is a resource as it is served in one version.
type entry struct {
	discovery.Resource
	defined bool // by a CustomResourceDefinition, so that its versions differ in their names alone
}

// table is what the cluster serves.
type table struct {
	names   *discovery.Resolver
	order   []groupVersion // the preferred version of a group first
	entries map[groupVersion]map[string]entry
}

// newTable is what the target serves before anything is created.
func newTable(o *Options) *table {
	t := &table{names: discovery.New(), entries: map[groupVersion]map[string]entry{}}
	for _, s := range o.Served {
		t.add(groupVersion{s.Group, s.Version}, t.known(s.Group, s.Name, s.Kind, s.Namespaced), false)
	}
	for _, name := range veleros {
		resource, _ := t.names.Lookup(name)
		version := "v1"
		if strings.HasPrefix(name, "data") {
			version = "v2alpha1"
		}
		t.add(groupVersion{"velero.io", version}, resource, true)
	}
	for _, given := range o.Target {
		t.learn(given)
	}
	for _, given := range o.Target {
		if given.ObjectKind() == "APIGroupList" {
			t.restrict(given)
		}
	}
	return t
}

// veleros are the resources that Velero installs.
var veleros = []string{
	"backuprepositories.velero.io", "backups.velero.io", "backupstoragelocations.velero.io", "deletebackuprequests.velero.io",
	"downloadrequests.velero.io", "podvolumebackups.velero.io", "podvolumerestores.velero.io", "restores.velero.io", "schedules.velero.io",
	"serverstatusrequests.velero.io", "volumesnapshotlocations.velero.io", "datadownloads.velero.io", "datauploads.velero.io",
}

// known is what there is to know of a resource, short names included.
func (t *table) known(group, name, kind string, namespaced bool) discovery.Resource {
	full := name
	if group != "" {
		full += "." + group
	}
	if r, ok := t.names.Lookup(full); ok && r.Kind == kind {
		return r
	}
	return discovery.Resource{Name: full, Kind: kind, Singular: strings.ToLower(kind), Namespaced: namespaced}
}

func (t *table) add(gv groupVersion, r discovery.Resource, defined bool) {
	if t.entries[gv] == nil {
		t.entries[gv] = map[string]entry{}
		t.order = append(t.order, gv)
	}
	plural, _, _ := strings.Cut(r.Name, ".")
	if old, ok := t.entries[gv][plural]; !ok || old.defined {
		t.entries[gv][plural] = entry{r, defined}
	}
}

// learn takes from an object what it lets the cluster serve, and returns its resource.
func (t *table) learn(o *object.Value) string {
	switch o.ObjectKind() {
	case "APIResourceList":
		t.list(o)
	case "CustomResourceDefinition":
		t.define(o)
	}
	resource, known := t.names.ForKind(o.APIVersion(), o.ObjectKind())
	gv := parseGroupVersion(o.APIVersion())
	if plural, _, _ := strings.Cut(resource, "."); o.Name() != "" && t.entries[gv][plural].Kind == "" {
		r, _ := t.names.Lookup(resource)
		if !known || r.Kind == "" {
			r = discovery.Resource{Name: resource, Kind: o.ObjectKind(), Singular: strings.ToLower(o.ObjectKind()), Namespaced: o.Namespace() != ""}
		}
		t.add(gv, r, !strings.HasSuffix(gv.group, ".k8s.io") && strings.Contains(gv.group, "."))
	}
	return resource
}

// list reads what the target says that a version has.
func (t *table) list(o *object.Value) {
	gv := parseGroupVersion(o.Get("groupVersion").Str())
	for _, r := range o.Get("resources").Elements() {
		name := r.Get("name").Str()
		if name == "" || strings.Contains(name, "/") {
			continue
		}
		resource := t.known(gv.group, name, r.Get("kind").Str(), r.Get("namespaced").True())
		t.names.Add(resource)
		t.add(gv, resource, false)
	}
}

// define reads a CustomResourceDefinition.
func (t *table) define(crd *object.Value) {
	name := t.names.AddCRD(crd)
	if name == "" {
		return
	}
	resource, _ := t.names.Lookup(name)
	group := layout.Group(name)
	for _, v := range crd.Get("spec", "versions").Elements() {
		if v.Get("served").True() {
			t.add(groupVersion{group, v.Get("name").Str()}, resource, true)
		}
	}
	if v := crd.Get("spec", "version").Str(); v != "" {
		t.add(groupVersion{group, v}, resource, true)
	}
}

// restrict drops what the target says that it does not serve.
func (t *table) restrict(groups *object.Value) {
	served := map[groupVersion]bool{{version: "v1"}: true}
	for _, g := range groups.Get("groups").Elements() {
		for _, v := range g.Get("versions").Elements() {
			served[parseGroupVersion(v.Get("groupVersion").Str())] = true
		}
	}
	t.order = slices.DeleteFunc(t.order, func(gv groupVersion) bool { return !served[gv] })
	maps.DeleteFunc(t.entries, func(gv groupVersion, _ map[string]entry) bool { return !served[gv] })
}

// find is what is served at a resource of a version.
func (t *table) find(gv groupVersion, plural string) (entry, bool) {
	e, ok := t.entries[gv][plural]
	return e, ok
}

type apiResource struct {
	Name       string   `json:"name"`
	Singular   string   `json:"singularName"`
	Namespaced bool     `json:"namespaced"`
	Kind       string   `json:"kind"`
	Verbs      []string `json:"verbs"`
	ShortNames []string `json:"shortNames,omitempty"`
}

type apiResourceList struct {
	Kind         string        `json:"kind"`
	APIVersion   string        `json:"apiVersion"`
	GroupVersion string        `json:"groupVersion"`
	Resources    []apiResource `json:"resources"`
}

// resources answer /api/v1 and /apis/GROUP/VERSION.
func (t *table) resources(gv groupVersion) (*apiResourceList, bool) {
	entries, ok := t.entries[gv]
	list := &apiResourceList{Kind: "APIResourceList", APIVersion: "v1", GroupVersion: gv.String()}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		e := entries[name]
		list.Resources = append(list.Resources, apiResource{
			Name: name, Singular: cmp.Or(e.Singular, strings.ToLower(e.Kind)), Namespaced: e.Namespaced, Kind: e.Kind, ShortNames: e.ShortNames,
			Verbs: []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
		})
	}
	return list, ok
}

type apiVersion struct {
	GroupVersion string `json:"groupVersion"`
	Version      string `json:"version"`
}

type apiGroup struct {
	Kind       string       `json:"kind,omitempty"`
	APIVersion string       `json:"apiVersion,omitempty"`
	Name       string       `json:"name"`
	Versions   []apiVersion `json:"versions"`
	Preferred  apiVersion   `json:"preferredVersion"`
}

// groups answer /apis.
func (t *table) groups() []apiGroup {
	list := []apiGroup{}
	for _, gv := range t.order {
		if gv.group == "" {
			continue
		}
		version := apiVersion{gv.String(), gv.version}
		at := slices.IndexFunc(list, func(g apiGroup) bool { return g.Name == gv.group })
		if at < 0 {
			list = append(list, apiGroup{Name: gv.group, Versions: []apiVersion{version}, Preferred: version})
			continue
		}
		list[at].Versions = append(list[at].Versions, version)
	}
	return list
}
