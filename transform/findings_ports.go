package transform

import (
	"cmp"
	"fmt"

	"github.com/veltx/veltx/tarball/object"
)

// nodePort is a port that one Service of a cluster can have.
type nodePort struct {
	protocol string
	port     int64
}

// seeService warns of a node port that another restored Service, or one of the target, has.
func (w *watch) seeService(it *item) {
	if w.ports == nil {
		w.ports = map[nodePort]string{}
		for _, s := range w.view.List("services", "") {
			w.takePorts(s, "the target's Service "+s.Namespace()+"/"+s.Name(), nil)
		}
	}
	w.takePorts(it.object, "Service "+it.namespace+"/"+it.object.Name(), func(at int, p nodePort, by string) {
		it.report.Warn("node-port-conflict", fmt.Sprintf("spec.ports[%d].nodePort", at), fmt.Sprintf(
			"%s port %d is that of %s: the API server refuses this Service", p.protocol, p.port, by))
	})
}

// takePorts gives a Service its node ports, and tells of those that are taken.
func (w *watch) takePorts(service *object.Value, name string, taken func(at int, p nodePort, by string)) {
	for i, port := range service.Get("spec", "ports").Elements() {
		number, ok := port.Get("nodePort").Int()
		if !ok || number == 0 {
			continue
		}
		p := nodePort{cmp.Or(port.Get("protocol").Str(), "TCP"), number}
		by, conflict := w.ports[p]
		if !conflict {
			w.ports[p] = name
		}
		if conflict && by != name && taken != nil {
			taken(i, p, by)
		}
	}
}
