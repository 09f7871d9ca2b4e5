package transform

import (
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const (
	mutatingWebhooks   = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
	validatingWebhooks = "validatingwebhookconfigurations.admissionregistration.k8s.io"
)

// seeWebhooks warns of webhooks that must answer and whose Service is not there when they are created.
func (w *watch) seeWebhooks(it *item) {
	for i, webhook := range it.object.Get("webhooks").Elements() {
		service := webhook.Get("clientConfig", "service")
		if service.Kind() != object.Object || !mustAnswer(webhook, it.report.Version) {
			continue
		}
		if why := w.missingService(service.Get("namespace").Str(), service.Get("name").Str()); why != "" {
			it.report.Warn("webhook-before-service", fmt.Sprintf("webhooks[%d].clientConfig.service", i),
				fmt.Sprintf("%s has failurePolicy Fail, and its Service %s", webhook.Get("name").Str(), why))
		}
	}
}

// mustAnswer knows the defaults: Fail in v1, Ignore in v1beta1.
func mustAnswer(webhook *object.Value, version string) bool {
	policy := webhook.Get("failurePolicy").Str()
	return policy == "Fail" || policy == "" && version == "v1"
}

// missingService says why the Service is not in the target, "" if it is. Velero does not map the namespace that a webhook
// names, so it is a target namespace.
func (w *watch) missingService(namespace, name string) string {
	if _, given := w.view.Get("services", namespace, name); given {
		return ""
	}
	where := namespace + "/" + name
	for _, original := range w.originals(namespace) {
		key := layout.Address{Resource: "services", Namespace: original, Name: name}.Key()
		if w.restored(key) {
			return ""
		}
		if _, ok := w.index.Find(key); ok && w.selection.reachable(key) && w.selection.resource("services") {
			return where + " comes later in this restore"
		}
	}
	return where + " is neither in this restore nor among the target's objects"
}

// originals are the namespaces of the backup that go into one of the target.
func (w *watch) originals(target string) []string {
	var list []string
	for _, original := range w.index.Namespaces() {
		if w.o.targetNamespace(original) == target {
			list = append(list, original)
		}
	}
	return list
}
