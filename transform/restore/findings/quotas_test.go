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

func TestSidecarsThatAWebhookInjects(t *testing.T) {
	webhook := func(name, resources string) string {
		return `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: ` + name + `}, webhooks: [{name: x, rules: [{operations: [CREATE], apiGroups: [""], resources: [` + resources + `]}]}]}`
	}
	pod := func(annotations, container string) []item {
		return []item{{address: "pods/shop/a", yaml: `{metadata: {annotations: {` + annotations + `}}, spec: {containers: [{name: app}, {name: ` + container + `}]}}`}}
	}
	const asked = `vault.hashicorp.com/agent-inject: "true"`
	runScenes(t, []scene{
		{name: "a target that is not described", items: pod(`sidecar.istio.io/status: "{}"`, "istio-proxy"),
			want: []string{"sidecar-injected-before istio-proxy: 1 pod comes with container istio-proxy of the source cluster; the target's webhooks are not described, and that of istio sees that and does not add a second one; pods/shop/a"}},
		{name: "a target without the injector", target: []string{webhook("other", "pods")}, items: pod(`sidecar.istio.io/status: "{}"`, "istio-proxy")},
		{name: "an injector that finds the container", target: []string{webhook("linkerd-proxy-injector-webhook-config", "pods")}, items: pod("", "linkerd-proxy"), want: []string{"the target's webhook of linkerd sees that"}},
		{name: "a webhook of another resource", target: []string{webhook("linkerd-policy", "services")}, items: pod("", "linkerd-proxy")},
		{name: "the annotation of an injected pod", target: []string{webhook("vault-agent-injector-cfg", "pods")}, items: pod(asked+", vault.hashicorp.com/agent-inject-status: injected", "vault-agent-init"), want: []string{"sidecar-injected-before vault-agent: "}},
		{name: "a pod that asks again", target: []string{webhook("vault-agent-injector-cfg", "'*'")}, items: pod(asked, "vault-agent"),
			want: []string{"sidecar-injected-again vault-agent: 1 pod comes with container vault-agent but without annotation vault.hashicorp.com/agent-inject-status: injected, so the target's webhook of vault adds a second one, and the API server refuses two containers of one name; pods/shop/a"}},
		{name: "a pod that asks again, of an injector that is not described", items: pod(asked, "vault-agent")},
		{name: "a pod without a sidecar", target: []string{webhook("istio-sidecar-injector", "pods")}, items: pod("", "web")},
	})
}
