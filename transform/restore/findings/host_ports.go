package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// hostPorts finds ports of nodes that more pods want than the target has nodes with the port free. Pods of DaemonSets are made anew
// for the nodes that there are. Source: Kubernetes v1.33 pkg/scheduler/framework/plugins/nodeports/node_ports.go.
type hostPorts struct {
	world  *World
	nodes  int                          // 0 where they are not described
	taken  map[nodePort]map[string]bool // the nodes on which the target's pods have it
	wanted map[nodePort]*items
}

func newHostPorts(w *World) Watcher {
	h := &hostPorts{world: w, nodes: len(w.Env.Target.List(needs.Nodes, "")), taken: map[nodePort]map[string]bool{}, wanted: map[nodePort]*items{}}
	for _, pod := range w.Env.Target.List(layout.Pods, "") {
		node, phase := pod.Get("spec", "nodeName").Str(), pod.Get("status", "phase").Str()
		if node == "" || phase == "Succeeded" || phase == "Failed" {
			continue
		}
		for _, port := range hostPortsOf(pod) {
			if h.taken[port] == nil {
				h.taken[port] = map[string]bool{}
			}
			h.taken[port][node] = true
		}
	}
	return h
}

// See implements Watcher.
func (w *hostPorts) See(it *pipeline.Item) {
	if w.nodes == 0 || ControllerOf(it).Get("kind").Is("DaemonSet") {
		return
	}
	for _, port := range hostPortsOf(it.Object) {
		if w.wanted[port] == nil {
			w.wanted[port] = &items{}
		}
		w.wanted[port].add(it)
	}
}

// hostPortsOf are the ports that a pod wants of its node, on all of its addresses.
func hostPortsOf(pod *object.Value) (ports []nodePort) {
	for _, container := range pod.Get("spec", "containers").Elements() {
		for _, port := range container.Get("ports").Elements() {
			number, ok := port.Get("hostPort").Int()
			ip := port.Get("hostIP").Str()
			p := nodePort{cmp.Or(port.Get("protocol").Str(), "TCP"), number}
			if ok && number != 0 && (ip == "" || ip == "0.0.0.0") && !slices.Contains(ports, p) {
				ports = append(ports, p)
			}
		}
	}
	return ports
}

// Conclude implements Watcher.
func (w *hostPorts) Conclude(s *report.Summary) {
	byPort := func(a, b nodePort) int {
		return cmp.Or(cmp.Compare(a.port, b.port), cmp.Compare(a.protocol, b.protocol))
	}
	for _, port := range slices.SortedFunc(maps.Keys(w.wanted), byPort) {
		pods := w.wanted[port]
		free := w.nodes - len(w.taken[port])
		if pods.len() <= free {
			continue
		}
		where := "the target has " + counted(w.nodes, "node", "nodes")
		if taken := len(w.taken[port]); taken > 0 {
			where += fmt.Sprintf(", and its pods hold the port on %d of them", taken)
		}
		left := pods.len() - free
		s.Add(report.Finding{
			ID: "host-port-conflict", Severity: report.Warning, Subject: fmt.Sprintf("%s %d", port.protocol, port.port), Items: pods.names(w.world.Backup),
			Message: fmt.Sprintf("%s %s host port %s %d, and a node has it once; %s: %s Pending",
				counted(pods.len(), "pod", "pods"), verb(pods.len(), "want"), port.protocol, port.port, where, counted(left, "pod stays", "pods stay")),
		})
	}
}
