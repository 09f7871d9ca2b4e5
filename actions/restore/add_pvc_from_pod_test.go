package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestAddPVCFromPod(t *testing.T) {
	claim := func(name string) actions.ItemRef {
		return actions.ItemRef{Resource: "persistentvolumeclaims", Namespace: "shop", Name: name}
	}
	actiontest.Run(t, AddPVCFromPod(), []actiontest.Case{{
		Name:      "every claim of the volumes, in order, with the pod's original namespace",
		Namespace: "store",
		Item: `
			metadata: {name: web, namespace: shop}
			spec:
			  volumes:
			  - {name: a, persistentVolumeClaim: {claimName: data-a}}
			  - {name: tmp, emptyDir: {}}
			  - {name: b, persistentVolumeClaim: {claimName: data-b, readOnly: true}}
			  - {name: twice, persistentVolumeClaim: {claimName: data-a}}`,
		Additional: []actions.ItemRef{claim("data-a"), claim("data-b"), claim("data-a")},
	}, {
		Name: "the claim of an ephemeral volume is not asked for",
		Item: `
			metadata: {name: web, namespace: shop}
			spec: {volumes: [{name: e, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}]}`,
	}, {
		Name: "a null source is none, a claim without a name is one without a name",
		Item: `
			metadata: {name: web, namespace: shop}
			spec: {volumes: [null, {name: a, persistentVolumeClaim: null}, {name: b, persistentVolumeClaim: {}}]}`,
		Additional: []actions.ItemRef{claim("")},
	}, {
		Name: "no volumes",
		Item: `{metadata: {name: web, namespace: shop}, spec: {volumes: null}}`,
	}, {
		Name: "no spec",
		Item: `{metadata: {name: web, namespace: shop}}`,
	}})
	actiontest.Selector(t, AddPVCFromPod(), "", "pods")
}

// Wrong types that make Velero's typed decode fail, in fields that all actions on pods read.
func TestPodOfWrongTypes(t *testing.T) {
	rows := []struct{ item, err string }{
		{`{spec: pod}`, "spec: is string, not an object"},
		{`{metadata: {labels: [a]}}`, "metadata.labels: is array, not an object"},
		{`{metadata: {labels: {a: true}}}`, "metadata.labels[a]: is boolean, not a string"},
		{`{metadata: {annotations: {a: 5}}}`, "metadata.annotations[a]: is number, not a string"},
		{`{spec: {volumes: {}}}`, "spec.volumes: is object, not an array"},
		{`{spec: {volumes: [{name: a}, v]}}`, "spec.volumes[1]: is string, not an object"},
		{`{spec: {volumes: [{name: 7}]}}`, "spec.volumes[0].name: is number, not a string"},
		{`{spec: {volumes: [{persistentVolumeClaim: c}]}}`, "spec.volumes[0].persistentVolumeClaim: is string, not an object"},
		{`{spec: {volumes: [{persistentVolumeClaim: {claimName: 1}}]}}`,
			"spec.volumes[0].persistentVolumeClaim.claimName: is number, not a string"},
		{`{spec: {containers: c}}`, "spec.containers: is string, not an array"},
		{`{spec: {containers: [c]}}`, "spec.containers[0]: is string, not an object"},
		{`{spec: {initContainers: [{name: []}]}}`, "spec.initContainers[0].name: is array, not a string"},
	}
	var cases []actiontest.Case
	for _, row := range rows {
		cases = append(cases, actiontest.Case{Name: row.item, Item: row.item, Err: row.err})
	}
	actiontest.Run(t, AddPVCFromPod(), cases)
}
