package volumes_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/restore/volumes"
)

// TestPodsThatFitNoNode shows pods to a plan; nodes are the target's, and want is the field of the finding, "" for none.
func TestPodsThatFitNoNode(t *testing.T) {
	affinity := func(terms string) string {
		return `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [` + terms + `]}}}`
	}
	const inA, inB = "{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {zone: a, cpu: '8'}}}", "{apiVersion: v1, kind: Node, metadata: {name: node-2, labels: {zone: b}}}"
	const tainted = "{apiVersion: v1, kind: Node, metadata: {name: node-3, labels: {zone: c}}, spec: {taints: [{key: team, value: ml, effect: NoSchedule}]}, status: {allocatable: {cpu: 3500m, memory: 8Gi, pods: '110'}}}"
	const cordoned = "{apiVersion: v1, kind: Node, metadata: {name: node-4}, spec: {taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}, {key: soft, effect: PreferNoSchedule}]}, status: {allocatable: {cpu: '2'}}}"
	requests := func(list string) string { return `containers: [{name: a, resources: {requests: {` + list + `}}}]` }
	const ml = `tolerations: [{key: team, operator: Equal, value: ml, effect: NoSchedule}], `
	for _, test := range []struct {
		name  string
		nodes []string
		spec  string
		owner string
		want  string
	}{
		{name: "no node is described", spec: `nodeSelector: {zone: z}`},
		{name: "a selector that a node passes", nodes: []string{inA, inB}, spec: `nodeSelector: {zone: b}`},
		{name: "a selector that none passes", nodes: []string{inA, inB}, spec: `nodeSelector: {zone: z}`, want: "spec.nodeSelector"},
		{name: "a selector that no one node passes", nodes: []string{inA, inB}, spec: `nodeSelector: {zone: b, cpu: "8"}`, want: "spec.nodeSelector"},
		{name: "neither", nodes: []string{inA}, spec: `containers: []`},
		{name: "one of two terms", nodes: []string{inA}, spec: affinity(`{matchExpressions: [{key: zone, operator: In, values: [z]}]}, {matchExpressions: [{key: zone, operator: NotIn, values: [z]}]}`)},
		{name: "no term", nodes: []string{inA}, spec: affinity(`{matchExpressions: [{key: zone, operator: In, values: [z]}]}`), want: "spec.affinity.nodeAffinity"},
		{name: "an empty term takes no node", nodes: []string{inA}, spec: affinity(`{}`), want: "spec.affinity.nodeAffinity"},
		{name: "numbers", nodes: []string{inA}, spec: affinity(`{matchExpressions: [{key: cpu, operator: Gt, values: ["4"]}, {key: cpu, operator: Lt, values: ["9"]}, {key: zone, operator: Exists}, {key: gpu, operator: DoesNotExist}]}`)},
		{name: "the name of a node", nodes: []string{inA}, spec: affinity(`{matchFields: [{key: metadata.name, operator: In, values: [node-9]}]}`), want: "spec.affinity.nodeAffinity"},
		{name: "a pod of a DaemonSet", nodes: []string{inA}, spec: affinity(`{matchFields: [{key: metadata.name, operator: In, values: [node-9]}]}`), owner: "DaemonSet"},
		{name: "a pod of a StatefulSet", nodes: []string{inA}, spec: affinity(`{matchFields: [{key: metadata.name, operator: In, values: [node-9]}]}`), owner: "StatefulSet", want: "spec.affinity.nodeAffinity"},
		{name: "a taint that it does not tolerate", nodes: []string{tainted}, spec: requests(""), want: "spec.tolerations"},
		{name: "a taint that it tolerates", nodes: []string{tainted}, spec: ml + requests("cpu: '3'")},
		{name: "another node without it", nodes: []string{tainted, inA}, spec: requests("cpu: '30'")},
		{name: "a node that the selector keeps from it", nodes: []string{tainted, inA}, spec: `nodeSelector: {zone: c}, ` + requests(""), want: "spec.tolerations"},
		{name: "more than any node has", nodes: []string{tainted, cordoned}, spec: ml + requests("cpu: 3600m"), want: "spec.containers"},
		{name: "more than one node has, and not the other", nodes: []string{tainted, cordoned}, spec: ml + requests("cpu: '3'")},
		{name: "a device that no node has", nodes: []string{cordoned}, spec: requests("acme.io/gpu: '1'"), want: "spec.containers"},
		{name: "states of a node", nodes: []string{cordoned}, spec: requests("cpu: '1'")},
		{name: "a pod of a DaemonSet that is too large", nodes: []string{cordoned}, spec: requests("cpu: '9'"), owner: "DaemonSet"},
		{name: "what cannot be read is not judged", nodes: []string{inA}, spec: affinity(`{matchExpressions: [{key: zone, operator: Near, values: [z]}]}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := &pipeline.Env{Restore: &velero.Restore{}, Volumes: pipeline.NewVolumes(&tarball.Side{}), Target: actiontest.NewTarget(t, nil, test.nodes...)}
			plan := volumes.NewPlan(&volumes.World{Env: env, Resources: discovery.New(), Backup: backup{}, Fills: func() bool { return true }})
			text := `{metadata: {ownerReferences: [{apiVersion: apps/v1, kind: ` + test.owner + `, name: o, controller: true}]}, spec: {` + test.spec + `}}`
			if test.owner == "" {
				text = `{spec: {` + test.spec + `}}`
			}
			s := seen{resource: layout.Pods, name: "web", from: text, to: text}
			it := s.item(t, env)
			plan.See(it)
			got := ""
			for _, f := range it.Report.Errors {
				got = strings.TrimPrefix(f.ID+" "+f.Path, "pod-fits-no-node ")
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
