package findings_test

import "testing"

func quotaOf(hard, used string) string {
	return `{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: ` + hard + `}, status: {used: ` + used + `}}`
}

func TestPodsBeyondAQuota(t *testing.T) {
	pod := func(name, spec string) item { return item{address: "pods/shop/" + name, yaml: `{spec: ` + spec + `}`} }
	two := []item{
		pod("a", `{containers: [{name: c, resources: {requests: {cpu: 300m, memory: 1Gi}, limits: {cpu: "1"}}}]}`),
		pod("b", `{initContainers: [{name: i, resources: {requests: {cpu: 500m}}}, {name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}], containers: [{name: c, resources: {requests: {cpu: 300m}}}]}`),
	}
	restored := func(hard string) item {
		return item{address: "resourcequotas/shop/q", yaml: `{metadata: {name: q, namespace: shop}, spec: {hard: ` + hard + `}, status: {used: {pods: "9"}}}`}
	}
	const refused = "; the API server refuses the pods that are too many; pods/shop/a, pods/shop/b"
	runScenes(t, []scene{
		{name: "a quota of the target that has room", target: []string{quotaOf(`{requests.cpu: 800m, pods: "2"}`, `{}`)}, items: two},
		{name: "requests beyond it", target: []string{quotaOf(`{cpu: 700m, memory: 1Gi}`, `{}`)}, items: two,
			want: []string{"quota-exceeded resourcequotas/shop/q: the 2 pods restored into namespace shop need more than ResourceQuota q allows: cpu 800m of 700m" + refused}},
		{name: "what is in use counts", target: []string{quotaOf(`{pods: "10", limits.cpu: "1"}`, `{pods: "9", limits.cpu: 500m}`)}, items: two,
			want: []string{`allows: limits.cpu 1 of 1 (500m in use), pods 2 of 10 (9 in use)` + refused}},
		{name: "a quota with a scope", target: []string{`{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {scopes: [BestEffort], hard: {pods: "1"}}}`}, items: two},
		{name: "a quota of another namespace", target: []string{`{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: other}, spec: {hard: {pods: "1"}}}`}, items: two},
		{name: "a quota of the restore comes after the pods", items: append(two[:2:2], restored(`{count/pods: "1"}`)),
			want: []string{"need more than ResourceQuota q allows: count/pods 2 of 1; it is restored after the pods, and the API server refuses every new pod"}},
		{name: "a quota of the restore with room, whatever it had used", items: append(two[:2:2], restored(`{pods: "2"}`))},
	})
}
