package references

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// tables are the rows of all projects, by resource.
var tables = byResource(
	kubernetes, admission, storage, openShift, argo, flux, certManager, externalSecrets, istio, gatewayAPI, linkerd, prometheus,
	keda, knative, tekton, crossplane, strimzi, cloudNativePG, rook, longhorn, velero, kyverno, gatekeeper, clusterAPI, kubeVirt,
)

func byResource(projects ...[]row) map[string][]*row {
	all := slices.Concat(projects...)
	by := map[string][]*row{}
	for i := range all {
		r := &all[i]
		r.tokens = tokensOf(r.path)
		resources := strings.Fields(r.of)
		if len(resources) == 0 {
			resources = []string{""}
		}
		for _, resource := range resources {
			by[resource] = append(by[resource], r)
		}
	}
	return by
}

// keyEnds says that the last key of the path ends with one of these.
func keyEnds(ends ...string) func(*walk) bool {
	return func(w *walk) bool {
		key := strings.ToLower(w.key())
		return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(key, end) })
	}
}

// beside says that a member beside the field is one of some texts.
func beside(name string, texts ...string) func(*walk) bool {
	return func(w *walk) bool { return slices.Contains(texts, w.parent().Get(name).Str()) }
}

// named says that a name stands beside the field.
func named(w *walk) bool { return w.parent().Get("name").Kind() == object.String }
