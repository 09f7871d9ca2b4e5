package restore

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// unpatchable are the resources whose objects no patch brings to what the backup has: nearly all of their spec is fixed, or
// as with a PersistentVolume a patch does harm.
var unpatchable = []string{layout.Pods, layout.PersistentVolumeClaims, layout.PersistentVolumes, layout.Jobs}

// fixed is a field that no update may change.
type fixed struct {
	path     string // with dots
	fallback string // what the server puts where there is nothing
	whole    bool   // it is all of the field that counts: the server fills nothing into it
	given    bool   // it counts only where both have it
}

// fixedFields are those that each version of Kubernetes since 1.22 refuses to change, in the order in which they are looked at.
// Source: Kubernetes v1.33 pkg/apis/*/validation, and what a real API server answered.
var fixedFields = map[string][]fixed{
	layout.PersistentVolumeClaims: {
		{path: "spec.accessModes", given: true}, {path: "spec.selector", whole: true},
		{path: "spec.volumeMode", fallback: "Filesystem"},
	},
	layout.PersistentVolumes: {{path: "spec.volumeMode", fallback: "Filesystem"}},
	layout.Jobs:              {{path: "spec.selector", whole: true}, {path: "spec.template"}},
	layout.StatefulSets: {
		{path: "spec.serviceName"}, {path: "spec.podManagementPolicy", fallback: "OrderedReady"}, {path: "spec.selector", whole: true},
		{path: "spec.volumeClaimTemplates"},
	},
	"deployments.apps":  {{path: "spec.selector", whole: true}},
	"daemonsets.apps":   {{path: "spec.selector", whole: true}},
	"replicasets.apps":  {{path: "spec.selector", whole: true}},
	layout.Secrets:      {{path: "type", fallback: "Opaque"}},
	layout.RoleBindings: {{path: "roleRef", given: true}},
	layout.ClusterRoleBindings: {
		{path: "roleRef", given: true},
	},
	layout.StorageClasses: {
		{path: "parameters", whole: true}, {path: "provisioner", given: true}, {path: "reclaimPolicy", fallback: "Delete"},
		{path: "volumeBindingMode", fallback: "Immediate"},
	},
	layout.PriorityClasses:                   {{path: "value", given: true}, {path: "preemptionPolicy", fallback: "PreemptLowerPriority"}},
	"endpointslices.discovery.k8s.io":        {{path: "addressType", given: true}},
	"ingressclasses.networking.k8s.io":       {{path: "spec.controller", given: true}},
	"runtimeclasses.node.k8s.io":             {{path: "handler", given: true}},
	"controllerrevisions.apps":               {{path: "data", whole: true}},
	"volumeattributesclasses.storage.k8s.io": {{path: "driverName", given: true}, {path: "parameters", whole: true}},
}

// immutable is the first field that a patch would change from what the target has to what the item says, and that the API
// server refuses to change; "" where nothing is certain to be refused.
func immutable(name string, has, gets *object.Value) string {
	for _, f := range fixedFields[name] {
		if f.changes(has, gets) {
			return f.path
		}
	}
	switch name {
	case layout.Pods:
		return immutablePod(has, gets)
	case layout.PersistentVolumeClaims:
		return immutableClaim(has, gets)
	case layout.PersistentVolumes:
		return immutableSource(has, gets)
	case layout.Services:
		return immutableService(has, gets)
	case layout.Secrets, layout.ConfigMaps:
		return sealed(has, gets)
	}
	return ""
}

func (f fixed) changes(has, gets *object.Value) bool {
	path := strings.Split(f.path, ".")
	a, b := has.Get(path...), gets.Get(path...)
	if f.fallback != "" {
		a, b = orText(a, f.fallback), orText(b, f.fallback)
	}
	switch {
	case isEmpty(a) && isEmpty(b), f.given && (isEmpty(a) || isEmpty(b)):
		return false
	case isEmpty(b): // the patch removes it
		return true
	case f.whole:
		return !covers(a, b) || !covers(b, a)
	}
	return !covers(a, b)
}

func orText(v *object.Value, text string) *object.Value {
	if isEmpty(v) {
		return object.Text(text)
	}
	return v
}

// isEmpty says that there is nothing, or a value that is the same as nothing to the server's types.
func isEmpty(v *object.Value) bool {
	for _, member := range v.Members() {
		if !isEmpty(member) {
			return false
		}
	}
	return v.IsNull() || v.Is("") || v.Kind() == object.Object || v.Kind() == object.Array && v.Len() == 0
}

// covers says whether a value has all that another one has: the server may have filled in more.
func covers(whole, part *object.Value) bool {
	switch {
	case part.Kind() == object.Array:
		return slices.EqualFunc(whole.Elements(), part.Elements(), covers)
	case isEmpty(part):
		return true
	case part.Kind() == object.Object:
		for name, v := range part.Members() {
			if !covers(whole.Get(name), v) {
				return false
			}
		}
		return true
	}
	return object.Equal(whole, part) || sameQuantity(whole, part)
}

func sameQuantity(a, b *object.Value) bool {
	x, err := resource.ParseQuantity(strings.Trim(string(a.JSON()), `"`))
	if err != nil {
		return false
	}
	y, err := resource.ParseQuantity(strings.Trim(string(b.JSON()), `"`))
	return err == nil && x.Cmp(y) == 0
}

// fixedInPods are the fields of a pod's spec that only its creation sets.
var fixedInPods = []fixed{
	{path: "spec.nodeName"}, {path: "spec.hostNetwork", given: true}, {path: "spec.hostname"}, {path: "spec.subdomain"},
	{path: "spec.restartPolicy", fallback: "Always"}, {path: "spec.serviceAccountName", given: true}, {path: "spec.runtimeClassName", given: true},
}

// fixedInContainers are the fields of a container that only its pod's creation sets; the image may change.
var fixedInContainers = []fixed{
	{path: "command", whole: true}, {path: "args", whole: true}, {path: "workingDir"}, {path: "env"}, {path: "envFrom"}, {path: "ports"},
	{path: "volumeMounts"}, {path: "securityContext", given: true},
}

func immutablePod(has, gets *object.Value) string {
	for _, f := range fixedInPods {
		if f.changes(has, gets) {
			return f.path
		}
	}
	if !slices.Equal(namesIn(has, "volumes"), namesIn(gets, "volumes")) {
		return "spec.volumes"
	}
	for _, list := range []string{"initContainers", "containers"} {
		if !slices.Equal(namesIn(has, list), namesIn(gets, list)) {
			return "spec." + list
		}
		theirs := has.Get("spec", list).Elements()
		for i, c := range gets.Get("spec", list).Elements() {
			for _, f := range fixedInContainers {
				if f.changes(theirs[i], c) {
					return "spec." + list + "." + f.path
				}
			}
		}
	}
	return ""
}

func namesIn(pod *object.Value, list string) []string {
	var names []string
	for _, e := range pod.Get("spec", list).Elements() {
		names = append(names, e.Get("name").Str())
	}
	return names
}

// immutableClaim: a claim that has a volume keeps it and may only grow, and one that waits for its volume keeps its size.
func immutableClaim(has, gets *object.Value) string {
	dataSource := fixed{path: "spec.dataSource"}
	for _, f := range []fixed{{path: "spec.storageClassName"}, {path: "spec.volumeName"}} { // these may be set later
		if !isEmpty(has.Get(strings.Split(f.path, ".")...)) && f.changes(has, gets) {
			return f.path
		}
	}
	requests := []string{"spec", "resources", "requests"}
	switch phase := has.Get("status", "phase"); {
	case isEmpty(gets.Get("spec", "dataSourceRef")) && dataSource.changes(has, gets):
		return dataSource.path
	case phase.Is("Pending") && !covers(has.Get(requests...), gets.Get(requests...)):
		return strings.Join(requests, ".")
	}
	return ""
}

// besideSource are the fields of a PersistentVolume's spec that do not say where the volume is.
var besideSource = []string{
	"accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName",
	"volumeAttributesClassName", "volumeMode",
}

func immutableSource(has, gets *object.Value) string {
	for _, pair := range [][2]*object.Value{{has, gets}, {gets, has}} {
		for source := range pair[0].Get("spec").Members() {
			path := "spec." + source
			if !slices.Contains(besideSource, source) && (fixed{path: path}).changes(has, gets) {
				return path
			}
		}
	}
	return ""
}

// immutableService: what a Service was given it keeps while it needs it.
func immutableService(has, gets *object.Value) string {
	kind := fixed{path: "spec.type", fallback: "ClusterIP"}
	if has.Get("spec", "type").Is("ExternalName") || gets.Get("spec", "type").Is("ExternalName") {
		return ""
	}
	if f := (fixed{path: "spec.clusterIP", given: true}); f.changes(has, gets) {
		return f.path
	}
	if a, b := has.Get("spec", "ipFamilies").Elements(), gets.Get("spec", "ipFamilies").Elements(); len(a) > 0 && len(b) > 0 && !covers(a[0], b[0]) {
		return "spec.ipFamilies"
	}
	if !has.Get("spec", "type").Is("LoadBalancer") || kind.changes(has, gets) {
		return ""
	}
	for _, path := range []string{"spec.loadBalancerClass", "spec.healthCheckNodePort"} {
		if f := (fixed{path: path, given: true}); f.changes(has, gets) {
			return f.path
		}
	}
	return ""
}

// sealed is what a Secret or a ConfigMap that is marked as immutable refuses.
func sealed(has, gets *object.Value) string {
	if !has.Get("immutable").True() {
		return ""
	}
	if !gets.Get("immutable").True() {
		return "immutable"
	}
	for _, path := range []string{"data", "binaryData"} {
		if f := (fixed{path: path, whole: true}); f.changes(has, gets) {
			return path
		}
	}
	return ""
}
