package findings_test

import (
	"strings"
	"testing"
)

func TestPodsThatWantThePortOfANode(t *testing.T) {
	pod := func(name, ports, more string) item {
		return item{address: "pods/shop/" + name, yaml: `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + more + `}, spec: {containers: [{name: c, ports: [` + ports + `]}]}}`}
	}
	node := func(name string) string { return `{apiVersion: v1, kind: Node, metadata: {name: ` + name + `}}` }
	const holder = `{apiVersion: v1, kind: Pod, metadata: {name: holder, namespace: ops}, spec: {nodeName: node-1, containers: [{name: c, ports: [{containerPort: 80, hostPort: 9090}]}]}, status: {phase: PHASE}}`
	const held = `{containerPort: 80, hostPort: 9090}`
	two := []item{pod("a", held, ""), pod("b", held, "")}
	for _, s := range []scene{
		{name: "nodes are not described", items: two},
		{name: "a node each", target: []string{node("node-1"), node("node-2")}, items: two},
		{
			name: "one node", target: []string{node("node-1")}, items: two,
			want: []string{"host-port-conflict TCP 9090: 2 pods want host port TCP 9090, and a node has it once; the target has 1 node: 1 pod stays Pending; pods/shop/a, pods/shop/b"},
		},
		{
			name: "a pod of the target", target: []string{node("node-1"), node("node-2"), strings.ReplaceAll(holder, "PHASE", "Running")}, items: two,
			want: []string{"the target has 2 nodes, and its pods hold the port on 1 of them: 1 pod stays Pending"},
		},
		{name: "a pod of the target that has ended", target: []string{node("node-1"), node("node-2"), strings.ReplaceAll(holder, "PHASE", "Succeeded")}, items: two},
		{name: "another protocol", target: []string{node("node-1")}, items: []item{pod("a", held, ""), pod("b", `{containerPort: 80, hostPort: 9090, protocol: UDP}`, "")}},
		{name: "an address each", target: []string{node("node-1")}, items: []item{pod("a", held, ""), pod("b", `{containerPort: 80, hostPort: 9090, hostIP: 10.0.0.1}`, "")}},
		{name: "pods of a DaemonSet", target: []string{node("node-1")}, items: []item{
			pod("a", held, ""), pod("b", held, ", ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: d, controller: true}]"),
		}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
