package findings

import (
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// webhooks finds webhooks that must answer and whose Service comes after them. Those whose Service does not come at all are
// among the references.
type webhooks struct{ world *World }

func newWebhooks(w *World) Watcher { return webhooks{w} }

// Conclude implements Watcher.
func (webhooks) Conclude(*report.Summary) {}

// See implements Watcher.
func (w webhooks) See(it *pipeline.Item) {
	for i, webhook := range it.Object.Get("webhooks").Elements() {
		service := webhook.Get("clientConfig", "service")
		if service.Kind() != object.Object || !needs.MustAnswer(webhook, it.Report.Version) {
			continue
		}
		namespace, name := service.Get("namespace").Str(), service.Get("name").Str()
		if w.comesLater(layout.Address{Resource: layout.Services, Namespace: namespace, Name: name}) {
			it.Report.Warn("webhook-before-service", fmt.Sprintf("webhooks[%d].clientConfig.service", i), fmt.Sprintf(
				"%s has failurePolicy Fail, and its Service %s/%s comes later in this restore", webhook.Get("name").Str(), namespace, name))
		}
	}
}

// comesLater says whether the restore brings a Service and has not come to it yet. Velero does not map the namespace that a
// webhook names, so it is a target namespace.
func (w webhooks) comesLater(service layout.Address) bool {
	if w.world.View.Has(service) {
		return false
	}
	later := false
	for _, original := range w.world.originals(service.Namespace) {
		key := layout.Address{Resource: service.Resource, Namespace: original, Name: service.Name}.Key()
		if w.world.Backup.Restored(key) {
			return false
		}
		later = later || w.world.Backup.WillRestore(key)
	}
	return later
}
