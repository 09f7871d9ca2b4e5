package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// unknown is something that decides on restored items and that a target may not be described in.
type unknown struct {
	id        string
	resources []string // whose objects decide
	ask       string   // what kubectl gets to tell of them
	older     bool     // it is in the namespace of the item, so that one which the restore makes has none
	may       string   // what may happen to the items
	decides   func(w *unknowns, it *pipeline.Item) bool
}

// Resources of which only objects of the target decide here.
const (
	policies       = "validatingadmissionpolicies.admissionregistration.k8s.io"
	policyBindings = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
)

// policiesSince is the release that serves ValidatingAdmissionPolicies by default.
// Source: Kubernetes v1.33 pkg/features/kube_features.go (ValidatingAdmissionPolicy: beta and off in 1.28, on in 1.30).
const policiesSince = 30

var allUnknowns = []unknown{
	{
		id: "target-definitions-unknown", resources: []string{layout.CRDs}, ask: "customresourcedefinitions",
		may: "a definition of the target stays, and its versions and its schema may refuse", decides: definedByTheRestore,
	},
	{
		id: "target-drivers-unknown", resources: []string{csiNodes}, ask: "csinodes",
		may: "no node may have the CSI driver of", decides: isVolumeOfDriver,
	},
	{
		id: "target-limits-unknown", resources: []string{layout.LimitRanges}, ask: "limitranges -A", older: true,
		may: "a LimitRange of their namespace may refuse", decides: of(layout.Pods, layout.PersistentVolumeClaims),
	},
	{
		id: "target-namespaces-unknown", resources: []string{layout.Namespaces}, ask: "namespaces",
		may: "the Pod Security level of a namespace that the target has may refuse", decides: of(layout.Pods),
	},
	{
		id: "target-nodes-unknown", resources: []string{needs.Nodes}, ask: "nodes",
		may: "no node may fit", decides: asksForANode,
	},
	{
		id: "target-policies-unknown", resources: []string{policies, policyBindings}, ask: "validatingadmissionpolicies,validatingadmissionpolicybindings",
		may: "a ValidatingAdmissionPolicy may refuse", decides: func(w *unknowns, it *pipeline.Item) bool {
			return w.world.TargetMinor == 0 || w.world.TargetMinor >= policiesSince
		},
	},
	{
		id: "target-quotas-unknown", resources: []string{resourceQuotas}, ask: "resourcequotas -A", older: true,
		may: "a ResourceQuota of their namespace may refuse", decides: of(layout.Pods, layout.PersistentVolumeClaims, layout.Services),
	},
	{
		id: "target-services-unknown", resources: []string{layout.Services}, ask: "services -A",
		may: "another Service may hold the node port or the cluster IP of", decides: asksForAPort,
	},
	{
		id: "target-storage-classes-unknown", resources: []string{layout.StorageClasses}, ask: "storageclasses",
		may: "without a default class nothing provisions", decides: namesNoClass,
	},
	{
		id: "target-webhooks-unknown", resources: []string{layout.MutatingWebhooks, layout.ValidatingWebhooks}, ask: "mutatingwebhookconfigurations,validatingwebhookconfigurations",
		may: "a webhook may change or refuse", decides: func(*unknowns, *pipeline.Item) bool { return true },
	},
}

// unknowns counts the items on which something decides that a target which is described in part is not described in. A target that is
// not described at all decides on nothing: that is the user's choice.
type unknowns struct {
	world *World
	open  []unknown
	items []int
	older map[string]bool // namespaces of which it is known whether the target had them before the restore
}

func newUnknowns(w *World) Watcher {
	u := &unknowns{world: w, older: map[string]bool{}}
	server := w.Env.APIServer
	if server == nil {
		return u
	}
	for _, one := range allUnknowns {
		if slices.ContainsFunc(one.resources, func(resource string) bool { return !server.Knows(resource) }) {
			u.open = append(u.open, one)
		}
	}
	u.items = make([]int, len(u.open))
	if len(u.open) == 0 || !server.Knows(layout.Namespaces) {
		return u
	}
	for _, original := range w.Backup.Namespaces() {
		name := w.Env.TargetNamespace(original)
		u.older[name] = w.View.Has(layout.Address{Resource: layout.Namespaces, Name: name})
	}
	return u
}

// See implements Watcher.
func (w *unknowns) See(it *pipeline.Item) {
	for i := range w.open {
		one := &w.open[i]
		if one.older && !w.mayBeOlder(it.Namespace) || !one.decides(w, it) {
			continue
		}
		w.items[i]++
	}
}

// mayBeOlder says whether the target may have had a namespace before the restore.
func (w *unknowns) mayBeOlder(namespace string) bool {
	older, known := w.older[namespace]
	return older || !known
}

// Conclude implements Watcher.
func (w *unknowns) Conclude(s *report.Summary) {
	for i, one := range w.open {
		if w.items[i] == 0 {
			continue
		}
		s.Add(report.Finding{ID: one.id, Severity: report.Warning, Message: fmt.Sprintf(
			"no --target tells of %s: %s %s; to tell: kubectl get %s -o yaml > %s, and --target %[5]s",
			plurals(one.resources, " and "), one.may, counted(w.items[i], "item", "items"), one.ask, plurals(one.resources, ",")+".yaml")})
	}
}

// plurals are the resources without their groups.
func plurals(resources []string, between string) string {
	var words []string
	for _, resource := range resources {
		plural, _, _ := strings.Cut(resource, ".")
		words = append(words, plural)
	}
	return strings.Join(words, between)
}

// of says that an item is of one of the resources.
func of(resources ...string) func(*unknowns, *pipeline.Item) bool {
	return func(_ *unknowns, it *pipeline.Item) bool { return slices.Contains(resources, it.Key.Resource) }
}

// definedByTheRestore says that the restore brings the definition of a custom resource; without one there is the finding crd-missing.
func definedByTheRestore(w *unknowns, it *pipeline.Item) bool {
	return w.world.Backup.Landed(layout.Address{Resource: layout.CRDs, Name: it.Key.Resource}.Key())
}

// asksForANode says that a pod does not run on any node. Those of a DaemonSet are made anew for the nodes that there are.
func asksForANode(_ *unknowns, it *pipeline.Item) bool {
	if it.Key.Resource != layout.Pods || ControllerOf(it).Get("kind").Is("DaemonSet") {
		return false
	}
	spec := it.Object.Get("spec")
	return spec.Get("nodeSelector").Len() > 0 || !spec.Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution").IsNull()
}

// isVolumeOfDriver says that a PersistentVolume is one of a CSI driver.
func isVolumeOfDriver(_ *unknowns, it *pipeline.Item) bool {
	return it.Key.Resource == layout.PersistentVolumes && !it.Object.Get("spec", "csi").IsNull()
}

// asksForAPort says that a Service asks for a node port or a cluster IP.
func asksForAPort(_ *unknowns, it *pipeline.Item) bool {
	if it.Key.Resource != layout.Services {
		return false
	}
	spec := it.Object.Get("spec")
	ip := spec.Get("clusterIP").Str()
	return ip != "" && ip != "None" || !isNoPort(spec.Get("healthCheckNodePort")) ||
		slices.ContainsFunc(spec.Get("ports").Elements(), func(port *object.Value) bool { return !isNoPort(port.Get("nodePort")) })
}

func isNoPort(v *object.Value) bool {
	number, ok := v.Int()
	return !ok || number == 0
}

// namesNoClass says that a claim is to be provisioned, and by the default class.
func namesNoClass(_ *unknowns, it *pipeline.Item) bool {
	if it.Key.Resource != layout.PersistentVolumeClaims {
		return false
	}
	spec := it.Object.Get("spec")
	return spec.Get("storageClassName") == nil && spec.Get("volumeName").IsText("") && it.Object.Annotation("volume.beta.kubernetes.io/storage-class") == ""
}
