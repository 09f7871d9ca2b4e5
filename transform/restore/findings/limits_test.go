package findings_test

import "testing"

func TestPodsThatALimitRangeRefuses(t *testing.T) {
	pod := func(resources string) item {
		return item{address: "pods/shop/a", yaml: `{spec: {containers: [{name: c, resources: ` + resources + `}]}}`}
	}
	claim := item{address: "persistentvolumeclaims/shop/data", yaml: `{spec: {resources: {requests: {storage: 1Gi}}}}`}
	restored := func(limits string) item {
		return item{address: "limitranges/shop/l", yaml: `{metadata: {name: l, namespace: shop}, spec: {limits: [` + limits + `]}}`}
	}
	target := func(namespace, limits string) []string {
		return []string{`{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: ` + namespace + `}, spec: {limits: [` + limits + `]}}`}
	}
	const low, high = `{type: Container, min: {cpu: 100m}}`, `{type: Container, max: {memory: 1Gi}}`
	refused := func(path, why string) []string {
		return []string{"limit-range-refuses " + path + ": the API server refuses it because of LimitRange l: " + why}
	}
	runScenes(t, []scene{
		{name: "a request within the limits of the restore", items: []item{restored(low), pod(`{requests: {cpu: 100m}}`)}},
		{name: "nothing said: defaults are filled in", items: []item{restored(low), pod(`{}`)}},
		{name: "a limit is a request, too", items: []item{restored(low), pod(`{limits: {cpu: 1}}`)}},
		{name: "a request below the minimum", items: []item{restored(low), pod(`{requests: {cpu: 50m}}`)},
			want: refused("spec.containers[0].resources", "container c requests 50m cpu, and the minimum is 100m")},
		{name: "one of the target", target: target("shop", low), items: []item{pod(`{requests: {cpu: 50m}}`)},
			want: refused("spec.containers[0].resources", "container c requests 50m cpu, and the minimum is 100m")},
		{name: "one of another namespace", target: target("other", low), items: []item{pod(`{requests: {cpu: 50m}}`)}},
		{name: "a limit below the minimum", items: []item{restored(low), pod(`{requests: {cpu: 100m}, limits: {cpu: 50m}}`)},
			want: refused("spec.containers[0].resources", "the cpu limit of container c is 50m, and the minimum is 100m")},
		{name: "a limit above the maximum", items: []item{restored(high), pod(`{requests: {memory: 1Gi}, limits: {memory: 2Gi}}`)},
			want: refused("spec.containers[0].resources", "the memory limit of container c is 2Gi, and the maximum is 1Gi")},
		{name: "a request above the maximum, which is the limit then", items: []item{restored(high), pod(`{requests: {memory: 2Gi}}`)},
			want: refused("spec.containers[0].resources", "container c requests 2Gi memory, and the maximum is 1Gi")},
		{name: "a ratio", items: []item{restored(`{type: Container, maxLimitRequestRatio: {cpu: 2}}`), pod(`{requests: {cpu: 100m}, limits: {cpu: 300m}}`)},
			want: refused("spec.containers[0].resources", "the cpu limit of container c is 300m and its request 100m, and their ratio may be 2 at most")},
		{name: "a ratio that holds", items: []item{restored(`{type: Container, maxLimitRequestRatio: {cpu: 2}}`), pod(`{requests: {cpu: 100m}, limits: {cpu: 200m}}`)}},
		{name: "a ratio without a request", items: []item{restored(`{type: Container, maxLimitRequestRatio: {cpu: 2}}`), pod(`{}`)},
			want: refused("spec.containers[0].resources", "container c has no request or no limit for cpu, and their ratio may be 2 at most")},
		{name: "a whole pod", items: []item{restored(`{type: Pod, max: {cpu: 500m}}`), pod(`{requests: {cpu: 500m}, limits: {cpu: 600m}}`)},
			want: refused("spec.containers", "the cpu limit of the pod is 600m, and the maximum is 500m")},
		{name: "a whole pod without limits", items: []item{restored(`{type: Pod, max: {cpu: 500m}}`), pod(`{}`)},
			want: refused("spec.containers", "the pod has no limit for cpu, and the maximum is 500m")},
		{name: "a whole pod that fits", items: []item{restored(`{type: Pod, max: {cpu: 500m}}, {type: Container, default: {cpu: 200m}}`), pod(`{}`)}},
		{name: "a claim and a LimitRange of the restore, which comes after it", items: []item{claim, restored(`{type: PersistentVolumeClaim, min: {storage: 2Gi}}`)}},
		{name: "a claim below the minimum of the target", target: target("shop", `{type: PersistentVolumeClaim, min: {storage: 2Gi}}`), items: []item{claim},
			want: refused("spec.resources.requests", "it requests 1Gi storage, and the minimum is 2Gi")},
		{name: "a claim above the maximum of the target", target: target("shop", `{type: PersistentVolumeClaim, max: {storage: 500Mi}}`), items: []item{claim},
			want: refused("spec.resources.requests", "it requests 1Gi storage, and the maximum is 500Mi")},
	})
}
