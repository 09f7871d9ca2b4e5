package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const scheduledPod = `
	metadata: {name: web, namespace: shop}
	spec:
	  nodeName: node-a
	  priority: 1000
	  priorityClassName: high
	  preemptionPolicy: Never
	  newField: {kept: 18446744073709551615}
	  containers: [{name: c}]`

const unscheduledPod = `
	metadata: {name: web, namespace: shop}
	spec:
	  priorityClassName: high
	  preemptionPolicy: Never
	  newField: {kept: 18446744073709551615}
	  containers: [{name: c}]`

func TestPod(t *testing.T) {
	actiontest.Run(t, Pod(actions.V1_18), []actiontest.Case{{
		Name:       "node and priority go, the PriorityClass comes first",
		Item:       scheduledPod,
		Want:       unscheduledPod,
		Additional: []actions.ItemRef{{Resource: "priorityclasses.scheduling.k8s.io", Name: "high"}},
	}, {
		Name:       "the same in an archive",
		Archive:    true,
		Item:       scheduledPod,
		Want:       unscheduledPod,
		Additional: []actions.ItemRef{{Resource: "priorityclasses.scheduling.k8s.io", Name: "high"}},
	}, {
		Name: "an empty class is none",
		Item: `{metadata: {name: web, namespace: shop}, spec: {priorityClassName: ""}}`,
	}, {
		Name: "token volumes go with their mounts, kube-api-access and other accounts' tokens stay",
		Item: `
			metadata: {name: web, namespace: shop}
			spec:
			  serviceAccountName: web
			  volumes:
			  - {name: web-token-abcde, secret: {secretName: web-token-abcde}}
			  - {name: kube-api-access-x, projected: {}}
			  - {name: default-token-x, secret: {secretName: default-token-x}}
			  - {name: web-token, emptyDir: {}}
			  containers:
			  - name: a
			    volumeMounts: [{name: web-token-abcde, mountPath: /t}, {name: kube-api-access-x, mountPath: /k}]
			  - name: b
			    volumeMounts: [{name: web-token-abcde, mountPath: /t}]
			  initContainers:
			  - name: i
			    volumeMounts: [{name: web-token, mountPath: /w}, {name: web-token-abcde, mountPath: /t}]`,
		Want: `
			metadata: {name: web, namespace: shop}
			spec:
			  serviceAccountName: web
			  volumes:
			  - {name: kube-api-access-x, projected: {}}
			  - {name: default-token-x, secret: {secretName: default-token-x}}
			  - {name: web-token, emptyDir: {}}
			  containers:
			  - name: a
			    volumeMounts: [{name: kube-api-access-x, mountPath: /k}]
			  - name: b
			  initContainers:
			  - name: i
			    volumeMounts: [{name: web-token, mountPath: /w}]`,
	}, {
		Name: "the only volume goes with its list",
		Item: `
			metadata: {name: web, namespace: shop}
			spec: {serviceAccountName: default, volumes: [{name: default-token-x}]}`,
		Want: `
			metadata: {name: web, namespace: shop}
			spec: {serviceAccountName: default}`,
	}, {
		Name: "without a ServiceAccount's name the prefix is -token-",
		Item: `
			metadata: {name: web, namespace: shop}
			spec: {serviceAccount: web, volumes: [{name: -token-x}, {name: web-token-x}]}`,
		Want: `
			metadata: {name: web, namespace: shop}
			spec: {serviceAccount: web, volumes: [{name: web-token-x}]}`,
	}, {
		Name: "a pod without spec",
		Item: `{metadata: {name: web, namespace: shop}}`,
	}, {
		Name: "a wrong type in a field that the action does not read",
		Item: `{spec: {containers: [{name: c, ports: [{containerPort: http}]}]}}`,
		Err:  "spec.containers[0].ports[0].containerPort: is string, not a whole number",
	}, {
		Name: "a node that is no string",
		Item: `{spec: {nodeName: 1}}`,
		Err:  "spec.nodeName: is number, not a string",
	}, {
		Name: "a priority that is not a number",
		Item: `{spec: {priority: high}}`,
		Err:  "spec.priority: is string, not a whole number",
	}, {
		Name: "a priority that is no integer",
		Item: `{spec: {priority: 1.5}}`,
		Err:  "spec.priority: is number, not a whole number",
	}, {
		Name: "a whole number with a fraction is an integer",
		Item: `{spec: {priority: 1.0, schedulerName: s}}`,
		Want: `{spec: {schedulerName: s}}`,
	}, {
		Name: "a ServiceAccount that is no string",
		Item: `{spec: {serviceAccountName: {}}}`,
		Err:  "spec.serviceAccountName: is object, not a string",
	}, {
		Name: "a class that is no string",
		Item: `{spec: {priorityClassName: 5}}`,
		Err:  "spec.priorityClassName: is number, not a string",
	}, {
		Name: "mounts that are no list",
		Item: `{spec: {containers: [{name: a}, {name: b, volumeMounts: all}]}}`,
		Err:  "spec.containers[1].volumeMounts: is string, not an array",
	}, {
		Name: "a mount whose name is no string",
		Item: `{spec: {initContainers: [{name: a, volumeMounts: [{name: 1}]}]}}`,
		Err:  "spec.initContainers[0].volumeMounts[0].name: is number, not a string",
	}, {
		Name: "volumes that are no list",
		Item: `{spec: {volumes: 1}}`,
		Err:  "spec.volumes: is number, not an array",
	}})
	actiontest.Run(t, Pod(actions.V1_6), []actiontest.Case{{
		Name: "1.6 does not ask for the PriorityClass",
		Item: scheduledPod,
		Want: unscheduledPod,
	}})
	actiontest.Selector(t, Pod(actions.V1_18), "", "pods")
}
