package findings

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// daemonPorts finds DaemonSets that want the same port of each node: those of the restore among each other, and those that the target has
// beside them. Those that choose their nodes are left aside, since they may choose others.
type daemonPorts struct {
	world  *World
	has    map[nodePort][]string // DaemonSets of the target
	wanted map[nodePort]*items
}

func newDaemonPorts(w *World) Watcher {
	d := &daemonPorts{world: w, has: map[nodePort][]string{}, wanted: map[nodePort]*items{}}
	for _, set := range w.Env.Target.List(needs.DaemonSets, "") {
		for _, port := range portsOfEachNode(set) {
			d.has[port] = append(d.has[port], layout.NamespacedName{Namespace: set.Namespace(), Name: set.Name()}.String())
		}
	}
	return d
}

// portsOfEachNode are the host ports that a DaemonSet wants of all nodes.
func portsOfEachNode(set *object.Value) []nodePort {
	template := set.Get("spec", "template")
	spec := template.Get("spec")
	if spec.Get("nodeSelector").Len() > 0 || !spec.Get("affinity", "nodeAffinity").IsNull() {
		return nil
	}
	return hostPortsOf(template)
}

// See implements Watcher. Without any word on the target there is nothing new: the cluster that was backed up had them, too.
func (w *daemonPorts) See(it *pipeline.Item) {
	if w.world.Env.APIServer == nil && len(w.world.Env.Target.List(needs.Nodes, "")) == 0 {
		return
	}
	for _, port := range portsOfEachNode(it.Object) {
		addAt(w.wanted, port, it)
	}
}

// Conclude implements Watcher.
func (w *daemonPorts) Conclude(s *report.Summary) {
	for _, port := range sortedPorts(w.wanted) {
		sets, has := w.wanted[port], w.has[port]
		if sets.len()+len(has) < 2 {
			continue
		}
		where := ""
		if len(has) > 0 {
			where = fmt.Sprintf(" and %s of the target (%s)", counted(len(has), "DaemonSet", "DaemonSets"), strings.Join(has[:min(len(has), 3)], ", "))
		}
		s.Add(report.Finding{
			ID: "host-port-conflict", Severity: report.Warning, Subject: fmt.Sprintf("%s %d", port.protocol, port.port), Items: sets.names(w.world.Backup),
			Message: fmt.Sprintf("%s%s want host port %s %d of each node, and a node has it once: on each of them the pods of only one run",
				counted(sets.len(), "DaemonSet", "DaemonSets"), where, port.protocol, port.port),
		})
	}
}
