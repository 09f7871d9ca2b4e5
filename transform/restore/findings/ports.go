package findings

import (
	"cmp"
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// nodePort is a port that one Service of a cluster can have.
type nodePort struct {
	protocol string
	port     int64
}

// nodePorts finds node ports that two Services want.
type nodePorts struct {
	takenBy map[nodePort]string
}

// newNodePorts gives the target's Services their ports first.
func newNodePorts(w *World) Watcher {
	ports := &nodePorts{map[nodePort]string{}}
	for _, s := range w.Env.Target.List(layout.Services, "") {
		ports.take(s, "the target's Service "+s.Namespace()+"/"+s.Name(), func(string, nodePort, string) {})
	}
	return ports
}

// See implements Watcher. It warns of a port that another restored Service, or one of the target, has.
func (w *nodePorts) See(it *pipeline.Item) {
	w.take(it.Object, "Service "+it.Namespace+"/"+it.Object.Name(), func(at string, p nodePort, by string) {
		it.Report.Warn("node-port-conflict", at, fmt.Sprintf(
			"%s port %d is already used by %s: the API server refuses this Service", p.protocol, p.port, by))
	})
}

// Conclude implements Watcher.
func (w *nodePorts) Conclude(*report.Summary) {}

// take gives a Service its node ports, that for health checks among them, and tells of those that are taken.
func (w *nodePorts) take(service *object.Value, name string, taken func(at string, p nodePort, by string)) {
	for i, port := range service.Get("spec", "ports").Elements() {
		number, _ := port.Get("nodePort").Int()
		w.takeOne(nodePort{cmp.Or(port.Get("protocol").Str(), "TCP"), number}, fmt.Sprintf("spec.ports[%d].nodePort", i), name, taken)
	}
	number, _ := service.Get("spec", "healthCheckNodePort").Int()
	w.takeOne(nodePort{"TCP", number}, "spec.healthCheckNodePort", name, taken)
}

func (w *nodePorts) takeOne(p nodePort, at, name string, taken func(at string, p nodePort, by string)) {
	if p.port == 0 {
		return
	}
	by, conflict := w.takenBy[p]
	if !conflict {
		w.takenBy[p] = name
	}
	if conflict && by != name {
		taken(at, p, by)
	}
}
