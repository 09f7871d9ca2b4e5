package findings

import (
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

const (
	mutatingWebhooks   = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
	validatingWebhooks = "validatingwebhookconfigurations.admissionregistration.k8s.io"
)

// webhooks finds webhooks that must answer and whose Service is not there when they are created.
type webhooks struct{ world *World }

func newWebhooks(w *World) Watcher { return webhooks{w} }

// Conclude implements Watcher.
func (webhooks) Conclude(*report.Summary) {}

// See implements Watcher.
func (w webhooks) See(it *pipeline.Item) {
	for i, webhook := range it.Object.Get("webhooks").Elements() {
		service := webhook.Get("clientConfig", "service")
		if service.Kind() != object.Object || !mustAnswer(webhook, it.Report.Version) {
			continue
		}
		if why := w.missingService(service.Get("namespace").Str(), service.Get("name").Str()); why != "" {
			it.Report.Warn("webhook-before-service", fmt.Sprintf("webhooks[%d].clientConfig.service", i),
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
func (w webhooks) missingService(namespace, name string) string {
	if _, given := w.world.Env.Target.Get(layout.Services, namespace, name); given {
		return ""
	}
	where := namespace + "/" + name
	for _, original := range w.world.originals(namespace) {
		key := layout.Address{Resource: layout.Services, Namespace: original, Name: name}.Key()
		if w.world.Backup.Restored(key) {
			return ""
		}
		if w.world.Backup.WillRestore(key) {
			return where + " comes later in this restore"
		}
	}
	return where + " is neither in this restore nor among the target's objects"
}
