// Package target says what veltx understands of the sources that describe the cluster that a restore goes to.
package target

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/internal/discovery"
)

// Script collects a target with kubectl, in POSIX sh.
//
//go:embed collect.sh
var Script string

// Summary is what is known of a target, and what is not.
type Summary struct {
	Sources []string `json:"sources"`
	// Taken is when a source was taken, for those that tell.
	Taken     map[string]string `json:"taken,omitempty"`
	Version   string            `json:"version,omitempty"` // of Kubernetes
	Versions  int               `json:"groupVersions"`     // that it is known to serve
	Resources int               `json:"resources"`         // of which the kind is known
	Objects   []Count           `json:"objects"`           // by kind
	Passed    int               `json:"passedOver"`        // documents and files that tell nothing
	Unknown   []Unknown         `json:"unknown,omitempty"` // what no source tells
}

// Count is how many objects of a kind there are.
type Count struct {
	Kind    string `json:"kind"`
	Objects int    `json:"objects"`
}

// Unknown is something that no source tells, and what would.
type Unknown struct {
	What string `json:"what"`
	Ask  string `json:"ask"`
}

// asked are the kinds that the API server's answers depend on, and the command that tells of all.
var asked = []struct{ kind, what, resource, all string }{
	{"Namespace", "which namespaces there are, and their Pod Security levels", "namespaces", ""},
	{"ServiceAccount", "whether the ServiceAccounts of pods are there", "serviceaccounts", " -A"},
	{"Service", "which node ports and cluster IPs are taken, and which webhooks are down", "services", " -A"},
	{"ServiceCIDR", "which cluster IPs there are", "servicecidrs", ""},
	{"CustomResourceDefinition", "which custom resources are served, and what their schemas allow", "customresourcedefinitions", ""},
	{"PriorityClass", "whether the priority classes of pods are there", "priorityclasses", ""},
	{"RuntimeClass", "whether the runtime classes of pods are there", "runtimeclasses", ""},
	{"StorageClass", "which storage class is the default", "storageclasses", ""},
	{"CSINode", "which CSI drivers the nodes have", "csinodes", ""},
	{"ResourceQuota", "what quotas leave room for", "resourcequotas", " -A"},
	{"LimitRange", "what containers may request", "limitranges", " -A"},
	{"ValidatingWebhookConfiguration", "which webhooks see the objects", "mutatingwebhookconfigurations,validatingwebhookconfigurations", ""},
	{"ValidatingAdmissionPolicy", "which policies see the objects", "validatingadmissionpolicies,validatingadmissionpolicybindings", ""},
}

// Describe summarizes a target; taken is when sources were taken.
func Describe(t *config.Target, sources []string, taken map[string]string) *Summary {
	s := &Summary{Sources: sources, Taken: taken, Version: t.Version, Passed: t.Passed, Objects: []Count{}}
	counts, versions, resources := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, o := range t.Objects {
		switch kind := o.ObjectKind(); kind {
		case "APIGroupList":
			for _, group := range o.Get("groups").Elements() {
				for _, version := range group.Get("versions").Elements() {
					versions[version.Get("groupVersion").Str()] = true
				}
			}
		case "APIResourceList":
			versions[o.Get("groupVersion").Str()] = true
			for _, r := range o.Get("resources").Elements() {
				if name := r.Get("name").Str(); !strings.Contains(name, "/") {
					resources[o.Get("groupVersion").Str()+"/"+name] = true
				}
			}
		case "APIGroup":
		default:
			counts[kind]++
		}
	}
	s.Versions, s.Resources = len(versions), len(resources)
	for kind, n := range counts {
		s.Objects = append(s.Objects, Count{kind, n})
	}
	slices.SortFunc(s.Objects, func(a, b Count) int { return strings.Compare(a.Kind, b.Kind) })
	if s.Versions == 0 {
		s.Unknown = append(s.Unknown, Unknown{"which API versions are served", "kubectl api-versions, or --target-version"})
	}
	for _, a := range asked {
		empty := len(t.Unserved(full(a.resource)...)) > 0 || slices.ContainsFunc(t.Empty, func(name string) bool {
			return slices.Contains(strings.Split(a.resource, ","), strings.Split(name, ".")[0])
		})
		if counts[a.kind] == 0 && !empty {
			s.Unknown = append(s.Unknown, Unknown{a.what, "kubectl get " + a.resource + a.all + " -o yaml"})
		}
	}
	return s
}

// full are the full names of resources with commas between.
func full(resources string) []string {
	known, names := discovery.New(), strings.Split(resources, ",")
	for i := range names {
		names[i], _ = known.Resolve(names[i])
	}
	return names
}
