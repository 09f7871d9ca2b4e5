package findings

import (
	"fmt"

	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// addresses finds Services that had an address from a load balancer, and get another one: Velero removes the status, and nothing
// else of such a Service says which address it had.
type addresses struct {
	world *World
	items items
	first string // an address in the backup
}

func newAddresses(w *World) Watcher { return &addresses{world: w} }

// See implements Watcher.
func (w *addresses) See(it *pipeline.Item) {
	spec := it.Object.Get("spec")
	if !spec.Get("type").Is("LoadBalancer") || !spec.Get("loadBalancerIP").IsText("") {
		return
	}
	for _, entry := range it.Original().Get("status", "loadBalancer", "ingress").Elements() {
		address := entry.Get("hostname").Str() + entry.Get("ip").Str()
		if address == "" {
			continue
		}
		if w.first == "" {
			w.first = address
		}
		w.items.add(it)
		return
	}
}

// Conclude implements Watcher.
func (w *addresses) Conclude(s *report.Summary) {
	n := w.items.len()
	if n == 0 {
		return
	}
	s.Add(report.Finding{ID: "load-balancer-address", Severity: report.Notice, Items: w.items.names(w.world.Backup), Message: fmt.Sprintf(
		"%s of type LoadBalancer %s a new address from the target (in the backup: %s)", report.CountOf(n, "services"), verb(n, "get"), w.first)})
	s.Told().After = append(s.Told().After, report.Task{
		Finding: "load-balancer-address", Text: "Change DNS names and firewalls to the new addresses of load balancers",
		Command: "kubectl get services --all-namespaces --field-selector spec.type=LoadBalancer",
	})
}
