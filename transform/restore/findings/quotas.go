package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

const resourceQuotas = "resourcequotas"

// quotas adds up what the restored pods of a namespace use, and holds it against its ResourceQuotas: those of the target count
// pods as they come, those of the restore come after them. Source: v1.18.2 pkg/cmd/server/config/config.go (HighPriorities has
// pods, and not resourcequotas).
type quotas struct {
	world  *World
	spaces map[string]*quotaSpace // by target namespace, those that have a quota
}

// quotaSpace is a namespace of the target with quotas.
type quotaSpace struct {
	target, restored []*quota
	used             map[string]resource.Quantity // by the restored pods, by the name in a quota
	pods             items
}

// quota is a ResourceQuota that counts all pods.
type quota struct {
	name       string
	hard, used map[string]resource.Quantity
}

func newQuotas(w *World) Watcher { return &quotas{world: w} }

// See implements Watcher.
func (w *quotas) See(it *pipeline.Item) {
	if w.spaces == nil {
		w.begin()
	}
	space := w.spaces[it.Namespace]
	switch {
	case space == nil:
	case it.Key.Resource == layout.Pods:
		space.add(it)
	default:
		space.restored = appendQuota(space.restored, it.Object)
	}
}

// begin looks which namespaces have quotas.
func (w *quotas) begin() {
	w.spaces = map[string]*quotaSpace{}
	at := func(namespace string) *quotaSpace {
		if w.spaces[namespace] == nil {
			w.spaces[namespace] = &quotaSpace{used: map[string]resource.Quantity{}}
		}
		return w.spaces[namespace]
	}
	for _, original := range w.world.Backup.NamespacesOf(resourceQuotas) {
		at(w.world.Env.TargetNamespace(original))
	}
	if w.world.Env.APIServer != nil {
		return // it answers for the quotas of the target
	}
	for _, o := range w.world.Env.Target.List(resourceQuotas, "") {
		space := at(o.Namespace())
		space.target = appendQuota(space.target, o)
	}
}

// appendQuota adds a quota, if it counts all pods: which ones a scoped quota counts is left to the API server.
func appendQuota(list []*quota, o *object.Value) []*quota {
	if o.Get("spec", "scopes").Len() > 0 || o.Has("spec", "scopeSelector") {
		return list
	}
	return append(list, &quota{strings.Clone(o.Name()), quantities(o.Get("spec", "hard")), quantities(o.Get("status", "used"))})
}

// add adds what a pod uses. Source: Kubernetes v1.33 pkg/quota/v1/evaluator/core/pods.go (PodUsageFunc).
func (s *quotaSpace) add(it *pipeline.Item) {
	s.pods.add(it)
	spec := it.Object.Get("spec")
	for kind, prefixes := range map[string][]string{"requests": {"", "requests."}, "limits": {"limits."}} {
		for name, q := range podResources(spec, kind) {
			for _, prefix := range prefixes {
				s.count(prefix+name, q)
			}
		}
	}
	one := resource.MustParse("1")
	s.count("pods", one)
	s.count("count/pods", one)
}

func (s *quotaSpace) count(name string, more resource.Quantity) {
	sum := s.used[name]
	sum.Add(more)
	s.used[name] = sum
}

// podResources are the requests or limits of a pod: those of its containers together, or of the init container that has most.
// Source: Kubernetes v1.33 staging/src/k8s.io/component-helpers/resource/helpers.go (AggregateContainerRequests).
func podResources(spec *object.Value, kind string) map[string]resource.Quantity {
	return podQuantities(spec, func(container *object.Value) map[string]resource.Quantity {
		return quantities(container.Get("resources", kind))
	})
}

// podQuantities are those of a pod, by those of each container.
func podQuantities(spec *object.Value, of func(*object.Value) map[string]resource.Quantity) map[string]resource.Quantity {
	sum, most := map[string]resource.Quantity{}, map[string]resource.Quantity{}
	for _, container := range spec.Get("containers").Elements() {
		addQuantities(sum, of(container))
	}
	sidecars := map[string]resource.Quantity{}
	for _, container := range spec.Get("initContainers").Elements() {
		wants := of(container)
		if container.Get("restartPolicy").Is("Always") {
			addQuantities(sum, wants)
			addQuantities(sidecars, wants)
			wants = sidecars
		} else {
			addQuantities(wants, sidecars)
		}
		largest(most, wants)
	}
	largest(sum, most)
	return sum
}

func addQuantities(to, more map[string]resource.Quantity) {
	for name, q := range more {
		sum := to[name]
		sum.Add(q)
		to[name] = sum
	}
}

func largest(to, others map[string]resource.Quantity) {
	for name, q := range others {
		if has := to[name]; has.Cmp(q) < 0 {
			to[name] = q.DeepCopy()
		}
	}
}

// Conclude implements Watcher.
func (w *quotas) Conclude(s *report.Summary) {
	for _, namespace := range slices.Sorted(maps.Keys(w.spaces)) {
		space := w.spaces[namespace]
		for _, q := range space.target {
			w.tell(s, namespace, space, q, "the API server refuses the pods that are too many")
		}
		for _, q := range space.restored {
			w.tell(s, namespace, space, &quota{name: q.name, hard: q.hard}, // what it had used counts other pods
				"it is restored after the pods, and the API server refuses every new pod, such as those that controllers replace")
		}
	}
}

// tell tells of a quota that the pods go beyond.
func (w *quotas) tell(s *report.Summary, namespace string, space *quotaSpace, q *quota, effect string) {
	var beyond []string
	for _, name := range slices.Sorted(maps.Keys(q.hard)) {
		hard, wanted := q.hard[name], space.used[name].DeepCopy()
		if wanted.IsZero() {
			continue
		}
		used := q.used[name]
		text := fmt.Sprintf("%s %s of %s", name, &wanted, &hard)
		if wanted.Add(used); !used.IsZero() {
			text += fmt.Sprintf(" (%s in use)", &used)
		}
		if wanted.Cmp(hard) > 0 {
			beyond = append(beyond, text)
		}
	}
	if len(beyond) == 0 {
		return
	}
	pods := space.pods.names(w.world.Backup)
	s.Add(report.Finding{
		ID: "quota-exceeded", Severity: report.Warning, Subject: resourceQuotas + "/" + namespace + "/" + q.name, Items: pods,
		Message: fmt.Sprintf("the %s restored into namespace %s need more than ResourceQuota %s allows: %s; %s", count(pods), namespace, q.name, strings.Join(beyond, ", "), effect),
	})
}
