package findings

import (
	"fmt"
	"strings"

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
	world *World
	known tally           // pods that the webhook knows as having it, by container
	again tally           // pods that get it a second time, by container
	looks map[string]bool // whether a webhook of the target is the injector's, by its name
}

func newSidecars(w *World) Watcher {
	return &sidecars{world: w, known: tally{}, again: tally{}}
}

// See implements Watcher.
func (w *sidecars) See(it *pipeline.Item) {
	spec := it.Object.Get("spec")
	for i := range injectors {
		j := &injectors[i]
		if !carries(spec, j.container) || !w.mayLook(j) {
			continue
		}
		switch {
		case j.marks(it.Object):
			w.known.add(j.container, it)
		case j.asked != "" && it.Object.Annotation(j.asked) == "true" && w.looks[j.name]:
			w.again.add(j.container, it)
		}
	}
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

// mayLook says whether the target has the injector's webhook, or may have it.
func (w *sidecars) mayLook(j *injector) bool {
	target := w.world.Env.Target
	if w.looks == nil {
		w.looks = map[string]bool{}
		for _, configuration := range target.List(layout.MutatingWebhooks, "") {
			for i := range injectors {
				name := injectors[i].name
				w.looks[name] = w.looks[name] || strings.Contains(configuration.Name(), name) && mutatesPods(configuration)
			}
		}
	}
	return w.looks[j.name] || !target.Complete(layout.MutatingWebhooks)
}

// mutatesPods says whether a configuration has a rule for the creation of pods.
func mutatesPods(configuration *object.Value) bool {
	for _, webhook := range configuration.Get("webhooks").Elements() {
		for _, rule := range webhook.Get("rules").Elements() {
			if hasText(rule.Get("operations"), "CREATE") && hasText(rule.Get("apiGroups"), "") && hasText(rule.Get("resources"), "pods") {
				return true
			}
		}
	}
	return false
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
			if !w.looks[j.name] {
				webhook = "the target's webhooks are not described, and that of " + j.name
			}
			s.Add(report.Finding{
				ID: "sidecar-injected-before", Severity: report.Notice, Subject: j.container, Items: pods,
				Message: fmt.Sprintf("%s %s with container %s of the source cluster; %s sees that and does not add a second one", count(pods), verb(len(pods), "come"), j.container, webhook),
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
