package findings

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// injector is a webhook that puts a sidecar into pods, and how it knows a pod that has it.
type injector struct {
	name, container string
	asked           string // the annotation that asks for the sidecar, "" for none
	done, value     string // the annotation of a pod that has it, and its value, "" for any; "" where the container tells
}

// injectors are those whose sidecars are known.
// Source: istio.io/istio 1.27 pkg/kube/inject/webhook.go (reinjection), github.com/linkerd/linkerd2 pkg/inject/report.go (sidecar
// exists), github.com/hashicorp/vault-k8s agent-inject/agent/annotations.go (ShouldInject).
var injectors = []injector{
	{name: "istio", container: "istio-proxy", done: "sidecar.istio.io/status"},
	{name: "linkerd", container: "linkerd-proxy"},
	{name: "vault", container: "vault-agent", asked: "vault.hashicorp.com/agent-inject", done: "vault.hashicorp.com/agent-inject-status", value: "injected"},
}

// sidecars finds pods that come with a sidecar which a webhook of the target puts into pods. Those of the restore come after
// the pods.
type sidecars struct {
	world  *World
	known  tally                 // pods that the webhook knows as having it, by container
	again  tally                 // pods that get it a second time, by container
	left   tally                 // pods that the webhook does not select, by container
	hooks  map[string][]podHook  // of the target, by the name of the injector
	spaces map[string]labels.Set // labels of Namespaces that the restore makes
}

// podHook is a webhook that sees how pods are created, and which ones.
type podHook struct{ namespaces, pods labels.Selector }

func newSidecars(w *World) Watcher {
	return &sidecars{world: w, known: tally{}, again: tally{}, left: tally{}}
}

// See implements Watcher.
func (w *sidecars) See(it *pipeline.Item) {
	if w.hooks == nil {
		w.begin()
	}
	if it.Key.Resource == layout.Namespaces {
		if len(w.hooks) > 0 {
			w.spaces[it.Object.Name()] = cloned(it.Object.Labels())
		}
		return
	}
	spec := it.Object.Get("spec")
	for i := range injectors {
		j := &injectors[i]
		if !carries(spec, j.container) {
			continue
		}
		hooks := w.hooks[j.name]
		marked, selected := j.marks(it.Object), w.selects(hooks, it)
		switch {
		case marked && len(hooks) > 0 && !selected:
			w.left.add(j.container, it)
		case marked && (selected || !w.world.Env.Target.Complete(layout.MutatingWebhooks)):
			w.known.add(j.container, it)
		case j.asked != "" && it.Object.Annotation(j.asked) == "true" && selected:
			w.again.add(j.container, it)
		}
	}
}

// begin finds the webhooks of the injectors in the target.
func (w *sidecars) begin() {
	w.hooks, w.spaces = map[string][]podHook{}, map[string]labels.Set{}
	for _, configuration := range w.world.Env.Target.List(layout.MutatingWebhooks, "") {
		for i := range injectors {
			if name := injectors[i].name; strings.Contains(configuration.Name(), name) {
				w.hooks[name] = append(w.hooks[name], podHooks(configuration)...)
			}
		}
	}
	maps.DeleteFunc(w.hooks, func(_ string, hooks []podHook) bool { return len(hooks) == 0 })
}

// selects says whether one of the webhooks is called for a pod. Source: Kubernetes v1.33 staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/generic/webhook.go.
func (w *sidecars) selects(hooks []podHook, it *pipeline.Item) bool {
	for _, h := range hooks {
		if h.pods.Matches(labels.Set(it.Object.Labels())) && h.namespaces.Matches(w.labelsOf(it.Namespace)) {
			return true
		}
	}
	return false
}

// labelsOf are the labels that a namespace has after the restore: the target's stay as they are.
func (w *sidecars) labelsOf(namespace string) labels.Set {
	set := w.spaces[namespace]
	if o, ok := w.world.Env.Target.Get(layout.Namespaces, "", namespace); ok && o.Name() != "" {
		set = cloned(o.Labels())
	}
	if set == nil {
		set = labels.Set{}
	}
	set["kubernetes.io/metadata.name"] = namespace // the API server sets it
	return set
}

func cloned(set map[string]string) labels.Set {
	into := labels.Set{}
	for key, value := range set {
		into[strings.Clone(key)] = strings.Clone(value)
	}
	return into
}

func carries(spec *object.Value, name string) bool {
	for _, list := range []string{"containers", "initContainers"} {
		for _, container := range spec.Get(list).Elements() {
			if is := container.Get("name"); is.Is(name) || is.Is(name+"-init") {
				return true
			}
		}
	}
	return false
}

// marks says whether the injector sees that the pod has its sidecar.
func (j *injector) marks(pod *object.Value) bool {
	switch value := pod.Annotation(j.done); {
	case j.done == "":
		return true
	case j.value == "":
		return value != ""
	default:
		return value == j.value
	}
}

// podHooks are the webhooks of a configuration that have a rule for the creation of pods.
func podHooks(configuration *object.Value) []podHook {
	var hooks []podHook
	for _, webhook := range configuration.Get("webhooks").Elements() {
		for _, rule := range webhook.Get("rules").Elements() {
			if hasText(rule.Get("operations"), "CREATE") && hasText(rule.Get("apiGroups"), "") && hasText(rule.Get("resources"), "pods") {
				hooks = append(hooks, podHook{selectorIn(webhook.Get("namespaceSelector")), selectorIn(webhook.Get("objectSelector"))})
				break
			}
		}
	}
	return hooks
}

// selectorIn reads a selector; one that is missing or cannot be read selects all.
func selectorIn(o *object.Value) labels.Selector {
	var of metav1.LabelSelector
	if o.Kind() != object.Object || json.Unmarshal(o.JSON(), &of) != nil {
		return labels.Everything()
	}
	selector, err := metav1.LabelSelectorAsSelector(&of)
	if err != nil {
		return labels.Everything()
	}
	return selector
}

// hasText says whether a list has a text, or * for all.
func hasText(list *object.Value, text string) bool {
	for _, element := range list.Elements() {
		if element.IsText(text) || element.Is("*") {
			return true
		}
	}
	return false
}

// Conclude implements Watcher.
func (w *sidecars) Conclude(s *report.Summary) {
	for i := range injectors {
		j := &injectors[i]
		if of := w.known[j.container]; of != nil {
			pods := of.names(w.world.Backup)
			webhook := "the target's webhook of " + j.name
			if len(w.hooks[j.name]) == 0 {
				webhook = "the target's webhooks are not described, and that of " + j.name
			}
			s.Add(report.Finding{
				ID: "sidecar-injected-before", Severity: report.Notice, Subject: j.container, Items: pods,
				Message: fmt.Sprintf("%s %s with container %s of the source cluster; %s sees that and does not add a second one", count(pods), verb(len(pods), "come"), j.container, webhook),
			})
		}
		if of := w.left[j.container]; of != nil {
			pods := of.names(w.world.Backup)
			s.Add(report.Finding{
				ID: "sidecar-injected-before", Severity: report.Notice, Subject: j.container, Items: pods,
				Message: fmt.Sprintf("%s %s with container %s of the source cluster, and the selectors of the target's webhook of %s do not match: pods that controllers create later come without it",
					count(pods), verb(len(pods), "come"), j.container, j.name),
			})
		}
		if of := w.again[j.container]; of != nil {
			pods := of.names(w.world.Backup)
			s.Add(report.Finding{
				ID: "sidecar-injected-again", Severity: report.Warning, Subject: j.container, Items: pods,
				Message: fmt.Sprintf("%s %s with container %s but without annotation %s: %s, so the target's webhook of %s adds a second one, and the API server refuses two containers of one name",
					count(pods), verb(len(pods), "come"), j.container, j.done, j.value, j.name),
			})
		}
	}
}
