package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// loadBalancers finds Services that ask for a load balancer which nothing in the target is known to make. Kubernetes has no object that
// lists load balancer classes, so the target's own Services tell: whether others of the class have an address. A Service without
// a class is for the cloud provider, one with a class for another controller.
// Source: k8s.io/cloud-provider v0.33 controllers/service/controller.go:862 (wantsLoadBalancer).
type loadBalancers struct {
	world  *World
	known  bool                 // the target's Services are described
	has    map[string]*balanced // by class
	wanted tally
}

// balanced counts Services of the target that ask for a load balancer.
type balanced struct{ all, served int }

func newLoadBalancers(w *World) Watcher {
	l := &loadBalancers{world: w, known: w.Env.Target.Complete(layout.Services), has: map[string]*balanced{}, wanted: tally{}}
	for _, service := range w.Env.Target.List(layout.Services, "") {
		if !wantsBalancer(service) {
			continue
		}
		class := balancerClass(service)
		if l.has[class] == nil {
			l.has[class] = &balanced{}
		}
		l.has[class].all++
		if !waitsForAddress(service) {
			l.has[class].served++
		}
	}
	return l
}

func wantsBalancer(service *object.Value) bool { return service.Get("spec", "type").Is("LoadBalancer") }

func balancerClass(service *object.Value) string {
	return service.Get("spec", "loadBalancerClass").Str()
}

// waitsForAddress says that a Service has no address so far. Manifests do not tell.
func waitsForAddress(service *object.Value) bool {
	return service.Has("status", "loadBalancer") && service.Get("status", "loadBalancer", "ingress").Len() == 0
}

// See implements Watcher. A Service that waits for its address in the backup already loses nothing.
func (w *loadBalancers) See(it *pipeline.Item) {
	if !w.known || !wantsBalancer(it.Object) || waitsForAddress(it.Original()) {
		return
	}
	w.wanted.add(strings.Clone(balancerClass(it.Object)), it)
}

// Conclude implements Watcher.
func (w *loadBalancers) Conclude(s *report.Summary) {
	for _, class := range slices.Sorted(maps.Keys(w.wanted)) {
		services, others := w.wanted[class], w.has[class]
		who := counted(services.len(), "service", "services") + " " + verb(services.len(), "ask") + " for a load balancer"
		if class != "" {
			who += " of class " + class
		}
		switch {
		case others != nil && others.served == 0:
			s.Add(report.Finding{
				ID: "load-balancer-unserved", Severity: report.Warning, Subject: class, Items: services.names(w.world.Backup),
				Message: fmt.Sprintf("%s, and no address has come yet for %s of the target that %s the same: restored ones wait as well unless a controller for them runs",
					who, counted(others.all, "Service", "Services"), verb(others.all, "ask")),
			})
		case others == nil && class != "" && !w.isConfigured(class):
			s.Add(report.Finding{
				ID: "load-balancer-class-unknown", Severity: report.Notice, Subject: class, Items: services.names(w.world.Backup),
				Message: who + ", and nothing that describes the target names that class: without a controller for it they get no address",
			})
		}
	}
}

// isConfigured says whether a workload of the target is started with the name of a class, such as "--lb-class=metallb".
func (w *loadBalancers) isConfigured(class string) bool {
	for _, resource := range []string{needs.Deployments, needs.DaemonSets, layout.StatefulSets} {
		for _, workload := range w.world.Env.Target.List(resource, "") {
			for _, container := range workload.Get("spec", "template", "spec", "containers").Elements() {
				if namesClass(container, class) {
					return true
				}
			}
		}
	}
	return false
}

func namesClass(container *object.Value, class string) bool {
	words := slices.Concat(container.Get("command").Elements(), container.Get("args").Elements())
	for _, variable := range container.Get("env").Elements() {
		words = append(words, variable.Get("value"))
	}
	return slices.ContainsFunc(words, func(word *object.Value) bool {
		return word.Str() == class || strings.HasSuffix(word.Str(), "="+class)
	})
}
