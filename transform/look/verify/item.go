package verify

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// checkItem holds an item against its path.
func (v *verifier) checkItem(path string, key layout.ItemKey, body []byte) {
	o, err := object.Parse(body)
	if err == nil && o.Kind() != object.Object {
		err = fmt.Errorf("it is %s", o.Kind())
	}
	if err != nil {
		v.find(ItemNotJSON, path, "is no JSON object: %v", err)
		return
	}
	if !utf8.Valid(body) {
		v.find(ItemNotUTF8, path, "has bytes that are not UTF-8, which Velero replaces by U+FFFD when it restores the item")
	}
	if o.Name() != key.Name {
		v.find(ItemName, path, "says that its name is %q", o.Name())
	}
	if o.Namespace() != key.Namespace {
		v.find(ItemNamespace, path, "says that its namespace is %q", o.Namespace())
	}
	v.checkVersion(path, key, o.APIVersion())
	v.checkKind(path, key, o.ObjectKind())
	if v.list != nil && !key.Preferred() {
		v.list.see(v, path, key, v.list.kindOf(o, key))
	}
}

func (v *verifier) checkVersion(path string, key layout.ItemKey, apiVersion string) {
	group, version, ok := strings.Cut(apiVersion, "/")
	if !ok {
		group, version = "", apiVersion
	}
	switch {
	case apiVersion == "":
		v.find(ItemVersion, path, "has no apiVersion")
	case group != layout.Group(key.Resource):
		v.find(ItemVersion, path, "says that its apiVersion is %q, of another group than %s", apiVersion, key.Resource)
	case key.VersionDir != "" && version != key.Version() && !remapped(key, version):
		v.find(ItemVersion, path, "says that its apiVersion is %q, and stands under %s", apiVersion, key.Version())
	}
}

// remapped says that velero.io/crd-remap-version put a definition into the place of its form in v1.
func remapped(key layout.ItemKey, version string) bool {
	return key.Resource == layout.CRDs && key.VersionDir == layout.PreferredDir("v1") && version == "v1beta1"
}

// seenKind is the first kind of a resource and the entry with it.
type seenKind struct{ kind, path string }

// checkKind finds an item of another kind than the others in its folder. Of two kinds, the one whose plural is the name
// of the folder is the right one, as it is for nearly all resources; a folder of one kind only is right, unless its
// plural is that of something else that Kubernetes has.
func (v *verifier) checkKind(path string, key layout.ItemKey, kind string) {
	if kind == "" {
		v.find(ItemKind, path, "has no kind")
		return
	}
	first, seen := v.kinds[key.Resource]
	switch {
	case !seen:
		v.kinds[key.Resource] = seenKind{kind, path}
		if isForeign(kind, key.Resource) {
			v.find(ItemKind, path, "says that it is a %s, which belongs into another folder than %s", kind, key.Resource)
		}
	case first.kind == kind:
	case isPlural(key.Resource, kind) && !isPlural(key.Resource, first.kind):
		v.kinds[key.Resource] = seenKind{kind, path}
		if !isForeign(first.kind, key.Resource) {
			v.find(ItemKind, first.path, "says that it is a %s, and others in its folder are a %s", first.kind, kind)
		}
	default:
		v.find(ItemKind, path, "says that it is a %s, and others in its folder are a %s", kind, first.kind)
	}
}

// isPlural says whether the resource is named like the plural of the kind.
func isPlural(resource, kind string) bool {
	name, _, _ := strings.Cut(resource, ".")
	plural, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
	return plural.Resource == name
}

// core are kinds that have a resource of their own, so that they are in the wrong folder anywhere else.
var core = []string{
	"ConfigMap", "Deployment", "DaemonSet", "Job", "CronJob", "Ingress", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim", "Pod",
	"ReplicaSet", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Secret", "Service", "ServiceAccount", "StatefulSet", "StorageClass",
	"CustomResourceDefinition",
}

func isForeign(kind, resource string) bool {
	return slices.Contains(core, kind) && !isPlural(resource, kind)
}
