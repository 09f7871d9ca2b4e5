package findings_test

import "testing"

func TestVolumesOfDriversThatNoNodeHas(t *testing.T) {
	node := func(driver string) string {
		return `{apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: node-` + driver + `}, spec: {drivers: [{name: ` + driver + `, nodeID: a}]}}`
	}
	const class = `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: ebs.csi.aws.com}`
	volume := item{address: "persistentvolumes//pv", yaml: `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: a}}}`}
	gone := volume
	gone.outcome = "skip"
	claim := item{address: "persistentvolumeclaims/shop/c", yaml: `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {storageClassName: fast}}`}
	for _, s := range []scene{
		{name: "CSINodes are not described", target: []string{class}, items: []item{volume, claim}},
		{name: "a node has it", target: []string{class, node("ebs.csi.aws.com"), node("other")}, items: []item{volume, claim}},
		{
			name: "a volume", target: []string{node("other")}, items: []item{volume},
			want: []string{"storage-driver-missing ebs.csi.aws.com: 1 PersistentVolume asks for storage of CSI driver ebs.csi.aws.com, and none of the target's 1 node has that driver: pods cannot mount them; persistentvolumes/pv"},
		},
		{
			name: "a claim whose class is of the driver of a volume", target: []string{class, node("other"), node("more")}, items: []item{gone, claim},
			want: []string{"1 claim asks for storage of CSI driver ebs.csi.aws.com, and none of the target's 2 nodes has that driver: no volume is provisioned"},
		},
		{name: "a provisioner that may be none of CSI", target: []string{class, node("other")}, items: []item{claim}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}

func TestDaemonSetsThatWantThePortOfEachNode(t *testing.T) {
	const node = `{apiVersion: v1, kind: Node, metadata: {name: node-1}}`
	const spec = `containers: [{name: c, ports: [{containerPort: 80, hostPort: 9100}]}]`
	set := func(name, spec string) string {
		return `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ` + name + `, namespace: shop}, spec: {template: {spec: {` + spec + `}}}}`
	}
	of := func(name, spec string) item {
		return item{address: "daemonsets.apps/shop/" + name, yaml: set(name, spec)}
	}
	for _, s := range []scene{
		{name: "the target is not described", items: []item{of("a", spec), of("b", spec)}},
		{name: "one", target: []string{node}, items: []item{of("a", spec)}},
		{
			name: "two", target: []string{node}, items: []item{of("a", spec), of("b", spec)},
			want: []string{"host-port-conflict TCP 9100: 2 DaemonSets want host port TCP 9100 of each node, and a node has it once: on each of them the pods of only one run; daemonsets.apps/shop/a, daemonsets.apps/shop/b"},
		},
		{
			name: "one of the target", target: []string{node, set("old", spec)}, items: []item{of("a", spec)},
			want: []string{"1 DaemonSet and 1 DaemonSet of the target (shop/old) want host port TCP 9100"},
		},
		{name: "one that chooses its nodes", target: []string{node}, items: []item{of("a", spec), of("b", spec+`, nodeSelector: {a: b}`)}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
