package findings_test

import (
	"strings"
	"testing"
)

func TestSidecarsThatAWebhookInjects(t *testing.T) {
	webhook := func(name, resources string) string {
		return `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: ` + name + `}, webhooks: [{name: x, rules: [{operations: [CREATE], apiGroups: [""], resources: [` + resources + `]}]}]}`
	}
	pod := func(annotations, container string) []item {
		return []item{{address: "pods/shop/a", yaml: `{metadata: {annotations: {` + annotations + `}}, spec: {containers: [{name: app}, {name: ` + container + `}]}}`}}
	}
	selecting := func(selector string) string {
		return `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: istio-sidecar-injector}, webhooks: [{name: x, ` + selector +
			`, rules: [{operations: [CREATE], apiGroups: [""], resources: [pods]}]}]}`
	}
	istio := func(labels string) []item {
		return []item{{address: "pods/shop/a", yaml: `{metadata: {labels: {` + labels + `}, annotations: {sidecar.istio.io/status: "{}"}}, spec: {containers: [{name: istio-proxy}]}}`}}
	}
	there := func(labels string) string {
		return `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: ` + labels + `}}`
	}
	space := []item{{address: "namespaces/shop", yaml: `{metadata: {name: shop, labels: {istio-injection: enabled}}}`}}
	const sees = "the target's webhook of istio sees that"
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
		{name: "a namespace that the webhook does not select", target: []string{selecting(`namespaceSelector: {matchLabels: {istio-injection: enabled}}`)}, items: istio(""),
			want: []string{"sidecar-injected-before istio-proxy: 1 pod comes with container istio-proxy of the source cluster, and the selectors of the target's webhook of istio do not match: pods that controllers create later come without it; pods/shop/a"}},
		{name: "a namespace of the restore that it selects", target: []string{selecting(`namespaceSelector: {matchLabels: {istio-injection: enabled}}`)}, items: append(space, istio("")...), want: []string{sees}},
		{name: "a namespace of the target that it selects", target: []string{selecting(`namespaceSelector: {matchLabels: {istio-injection: enabled}}`), there(`{istio-injection: enabled}`)}, items: istio(""), want: []string{sees}},
		{name: "the labels of the target's namespace stay", target: []string{selecting(`namespaceSelector: {matchLabels: {istio-injection: enabled}}`), there(`{a: b}`)}, items: append(space, istio("")...), want: []string{"do not match"}},
		{name: "a namespace by its name", target: []string{selecting(`namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [shop]}]}`)}, items: istio(""), want: []string{sees}},
		{name: "a pod that the webhook does not select", target: []string{selecting(`objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}`)}, items: istio(`sidecar.istio.io/inject: "false"`),
			want: []string{"do not match"}},
		{name: "a pod that it selects", target: []string{selecting(`objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}`)}, items: istio(""), want: []string{sees}},
		{name: "a pod that asks again, in a namespace that the webhook leaves out", items: pod(asked, "vault-agent"),
			target: []string{strings.ReplaceAll(selecting(`namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}`), "istio", "vault")}},
		{name: "a pod without a sidecar", target: []string{webhook("istio-sidecar-injector", "pods")}, items: pod("", "web")},
	})
}
