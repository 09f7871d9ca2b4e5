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
	set := func(name, ports, more string) string {
		return `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ` + name + `, namespace: shop}, spec: {template: {spec: {` + more + `containers: [{name: c, ports: [` + ports + `]}]}}}}`
	}
	const tainted = `{apiVersion: v1, kind: Node, metadata: {name: node-9}, spec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}}`
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
		{
			name: "a sidecar wants it, too", target: []string{node("node-1")},
			items: []item{two[0], {address: "pods/shop/b", yaml: `{spec: {initContainers: [{name: s, restartPolicy: Always, ports: [` + held + `]}, {name: i, ports: [{hostPort: 9091}]}]}}`}},
			want:  []string{"host-port-conflict TCP 9090: 2 pods want host port TCP 9090"},
		},
		{
			name: "a DaemonSet of the target", target: []string{node("node-1"), node("node-2"), set("old", held, "")}, items: two[:1],
			want: []string{"1 pod wants host port TCP 9090, and a node has it once; the target has 2 nodes, and its pods hold the port on 2 of them: 1 pod stays Pending; pods/shop/a"},
		},
		{name: "a DaemonSet of the target that leaves a tainted node free", target: []string{node("node-1"), tainted, set("old", held, "")}, items: two[:1]},
		{
			name: "one that tolerates all taints", target: []string{node("node-1"), tainted, set("old", held, "tolerations: [{operator: Exists}], ")}, items: two[:1],
			want: []string{"its pods hold the port on 2 of them"},
		},
		{
			name: "a DaemonSet of the restore", target: []string{node("node-1"), node("node-2")}, items: append(two[:1:1], item{address: "daemonsets.apps/shop/d", yaml: set("d", held, "")}),
			want: []string{"1 pod wants host port TCP 9090, and a node has it once; the target has 2 nodes, and 1 DaemonSet of this restore (shop/d) wants it on 2: 1 of all these pods stays Pending; pods/shop/a"},
		},
		{
			name: "a DaemonSet of the restore, and a pod of the target", target: []string{node("node-1"), node("node-2"), strings.ReplaceAll(holder, "PHASE", "Running")},
			items: []item{{address: "daemonsets.apps/shop/d", yaml: set("d", held, "")}},
			want: []string{"host-port-conflict TCP 9090, held by pods of the target: 1 DaemonSet wants host port TCP 9090 of each node, and pods of the target (ops/holder) hold it on 1 of 2: " +
				"there its pods stay Pending; daemonsets.apps/shop/d"},
		},
		{name: "a DaemonSet of the restore that chooses its nodes", target: []string{node("node-1"), strings.ReplaceAll(holder, "PHASE", "Running")}, items: []item{{address: "daemonsets.apps/shop/d", yaml: set("d", held, "nodeSelector: {a: b}, ")}}},
		{name: "pods of a DaemonSet", target: []string{node("node-1")}, items: []item{
			pod("a", held, ""), pod("b", held, ", ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: d, controller: true}]"),
		}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
