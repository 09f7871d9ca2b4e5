package findings

import (
	"cmp"
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

// hostPorts finds ports of nodes that more pods want than the target has nodes with the port free. Restored pods of DaemonSets do not
// count, as those are made anew for the nodes that there are: each DaemonSet takes the port of every node that it runs on.
// Source: Kubernetes v1.33 pkg/scheduler/framework/plugins/nodeports/node_ports.go, pkg/scheduler/util/utils.go (GetHostPorts).
type hostPorts struct {
	world   *World
	nodes   map[string]bool // those of the target, and whether anything keeps pods from them; none where they are not described
	taken   map[nodePort]onNodes
	holders map[nodePort]onNodes // those of taken that no DaemonSet controls
	sets    map[nodePort]onNodes // of the restore's DaemonSets
	ofSets  map[nodePort]*items
	wanted  map[nodePort]*items
}

// onNodes are nodes, each with who has or wants a port there.
type onNodes map[string]string

func newHostPorts(w *World) Watcher {
	h := &hostPorts{
		world: w, nodes: map[string]bool{}, taken: map[nodePort]onNodes{}, holders: map[nodePort]onNodes{}, sets: map[nodePort]onNodes{},
		ofSets: map[nodePort]*items{}, wanted: map[nodePort]*items{},
	}
	for _, node := range w.Env.Target.List(needs.Nodes, "") {
		h.nodes[node.Name()] = hasTaints(node)
	}
	if len(h.nodes) == 0 {
		return h
	}
	for _, set := range w.Env.Target.List(needs.DaemonSets, "") {
		for _, port := range portsOfEachNode(set) {
			h.onEach(h.taken, port, set)
		}
	}
	for _, pod := range w.Env.Target.List(layout.Pods, "") {
		h.hold(pod)
	}
	return h
}

// hasTaints says that a node has taints which keep pods from it. Those that say what state it is in come and go, and DaemonSets
// tolerate them.
func hasTaints(node *object.Value) bool {
	return slices.ContainsFunc(node.Get("spec", "taints").Elements(), func(taint *object.Value) bool {
		return !taint.Get("effect").Is("PreferNoSchedule") && !strings.HasPrefix(taint.Get("key").Str(), "node.kubernetes.io/")
	})
}

// hold notes the ports of a pod of the target.
func (w *hostPorts) hold(pod *object.Value) {
	node, phase := pod.Get("spec", "nodeName").Str(), pod.Get("status", "phase").Str()
	if node == "" || phase == "Succeeded" || phase == "Failed" {
		return
	}
	ofSet := slices.ContainsFunc(pod.Get("metadata", "ownerReferences").Elements(), func(owner *object.Value) bool {
		return owner.Get("controller").True() && owner.Get("kind").Is("DaemonSet")
	})
	for _, port := range hostPortsOf(pod) {
		w.note(w.taken, port, node, pod)
		if !ofSet {
			w.note(w.holders, port, node, pod)
		}
	}
}

func (w *hostPorts) note(in map[nodePort]onNodes, port nodePort, node string, o *object.Value) {
	if in[port] == nil {
		in[port] = onNodes{}
	}
	in[port][node] = layout.NamespacedName{Namespace: o.Namespace(), Name: o.Name()}.String()
}

// onEach notes the port of a DaemonSet for all nodes that it surely runs on.
func (w *hostPorts) onEach(in map[nodePort]onNodes, port nodePort, set *object.Value) {
	anywhere := toleratesAll(set.Get("spec", "template", "spec"))
	for node, tainted := range w.nodes {
		if !tainted || anywhere {
			w.note(in, port, node, set)
		}
	}
}

func toleratesAll(spec *object.Value) bool {
	return slices.ContainsFunc(spec.Get("tolerations").Elements(), func(t *object.Value) bool {
		return t.Get("operator").Is("Exists") && t.Get("key").Str() == "" && t.Get("effect").Str() == ""
	})
}

// See implements Watcher.
func (w *hostPorts) See(it *pipeline.Item) {
	switch {
	case len(w.nodes) == 0:
	case it.Key.Resource == needs.DaemonSets:
		for _, port := range portsOfEachNode(it.Object) {
			w.onEach(w.sets, port, it.Object)
			addAt(w.ofSets, port, it)
		}
	case !ControllerOf(it).Get("kind").Is("DaemonSet"):
		for _, port := range hostPortsOf(it.Object) {
			addAt(w.wanted, port, it)
		}
	}
}

func addAt(lists map[nodePort]*items, port nodePort, it *pipeline.Item) {
	if lists[port] == nil {
		lists[port] = &items{}
	}
	lists[port].add(it)
}

// hostPortsOf are the ports that a pod wants of its node, on all of its addresses.
func hostPortsOf(pod *object.Value) (ports []nodePort) {
	containers := pod.Get("spec", "containers").Elements()
	for _, container := range pod.Get("spec", "initContainers").Elements() {
		if container.Get("restartPolicy").Is("Always") { // it runs beside the others
			containers = append(slices.Clip(containers), container)
		}
	}
	for _, container := range containers {
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
	for _, port := range sortedPorts(w.wanted) {
		w.tellOfPods(s, port)
	}
	for _, port := range sortedPorts(w.ofSets) {
		w.tellOfSets(s, port)
	}
}

func sortedPorts(lists map[nodePort]*items) []nodePort {
	return slices.SortedFunc(maps.Keys(lists), func(a, b nodePort) int {
		return cmp.Or(cmp.Compare(a.port, b.port), cmp.Compare(a.protocol, b.protocol))
	})
}

// tellOfPods tells of pods that find no node with the port free.
func (w *hostPorts) tellOfPods(s *report.Summary, port nodePort) {
	pods, taken := w.wanted[port], len(w.taken[port])
	others := 0 // nodes on which DaemonSets of the restore want a free port
	for node := range w.sets[port] {
		if _, held := w.taken[port][node]; !held {
			others++
		}
	}
	left := pods.len() + others + taken - len(w.nodes)
	if left <= 0 {
		return
	}
	where := "the target has " + counted(len(w.nodes), "node", "nodes")
	if taken > 0 {
		where += fmt.Sprintf(", and its pods hold the port on %d of them", taken)
	}
	then := counted(left, "pod stays", "pods stay") + " Pending"
	if others > 0 {
		where += fmt.Sprintf(", and %s of this restore (%s) %s it on %d", counted(w.ofSets[port].len(), "DaemonSet", "DaemonSets"),
			some(w.sets[port]), verb(w.ofSets[port].len(), "want"), others)
		then = counted(left, "of all these pods stays", "of all these pods stay") + " Pending"
	}
	s.Add(report.Finding{
		ID: "host-port-conflict", Severity: report.Warning, Subject: fmt.Sprintf("%s %d", port.protocol, port.port), Items: pods.names(w.world.Backup),
		Message: fmt.Sprintf("%s %s host port %s %d, and a node has it once; %s: %s",
			counted(pods.len(), "pod", "pods"), verb(pods.len(), "want"), port.protocol, port.port, where, then),
	})
}

// tellOfSets tells of DaemonSets that want the port of nodes on which pods of the target have it, which no DaemonSet made.
func (w *hostPorts) tellOfSets(s *report.Summary, port nodePort) {
	held := onNodes{}
	for node := range w.sets[port] {
		if pod := w.holders[port][node]; pod != "" {
			held[node] = pod
		}
	}
	if len(held) == 0 {
		return
	}
	sets := w.ofSets[port]
	s.Add(report.Finding{
		ID: "host-port-conflict", Severity: report.Warning, Subject: fmt.Sprintf("%s %d, held by pods of the target", port.protocol, port.port), Items: sets.names(w.world.Backup),
		Message: fmt.Sprintf("%s %s host port %s %d of each node, and pods of the target (%s) hold it on %d of %d: there its pods stay Pending",
			counted(sets.len(), "DaemonSet", "DaemonSets"), verb(sets.len(), "want"), port.protocol, port.port, some(held), len(held), len(w.nodes)),
	})
}

// some names a few of those that are on nodes.
func some(on onNodes) string {
	names := slices.Compact(slices.Sorted(maps.Values(on)))
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
