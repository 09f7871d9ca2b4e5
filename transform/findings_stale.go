package transform

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// seeStale counts what a controller of the source cluster wrote and the target's would write itself.
func (w *watch) seeStale(it *item) {
	if madeByController(it) {
		count(w.stale, it.resource, it)
	}
}

func madeByController(it *item) bool {
	switch it.resource {
	case "endpoints":
		_, managed := it.object.Labels()["endpoints.kubernetes.io/managed-by"]
		return managed || it.object.Annotation("endpoints.kubernetes.io/last-change-trigger-time") != ""
	case "endpointslices.discovery.k8s.io":
		return strings.HasSuffix(it.object.Labels()["endpointslice.kubernetes.io/managed-by"], "-controller.k8s.io")
	case "controllerrevisions.apps":
		return controllerOf(it.fromBackup) != nil
	case "ipaddresses.networking.k8s.io":
		return it.object.Labels()["ipaddress.kubernetes.io/managed-by"] != ""
	}
	return false
}

func (w *watch) concludeStale() {
	for _, resource := range sortedKeys(w.stale) {
		t := w.stale[resource]
		w.summary.FindOn(report.Warning, "stale-object-restored", resource, fmt.Sprintf(
			"%s that a controller of the source cluster wrote are restored as they were: %d, such as %s", resource, t.items, t.first))
	}
}
