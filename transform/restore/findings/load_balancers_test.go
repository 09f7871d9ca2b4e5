package findings_test

import "testing"

func TestServicesThatAskForALoadBalancer(t *testing.T) {
	service := func(name, class, status string) string {
		if class != "" {
			class = ", loadBalancerClass: " + class
		}
		return `{apiVersion: v1, kind: Service, metadata: {name: ` + name + `, namespace: shop}, spec: {type: LoadBalancer, loadBalancerIP: 192.0.2.7` + class + `}` + status + `}`
	}
	of := func(name, class, status string) item {
		return item{address: "services/shop/" + name, yaml: service(name, class, status)}
	}
	const waits, served = ", status: {loadBalancer: {}}", ", status: {loadBalancer: {ingress: [{ipMode: VIP}]}}" // an address has a note of its own
	const plain = `{apiVersion: v1, kind: Service, metadata: {name: plain, namespace: ops}, spec: {type: ClusterIP}}`
	controller := func(args string) string {
		return `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: speaker, namespace: metallb}, spec: {template: {spec: {containers: [{name: c, ` + args + `}]}}}}`
	}
	const unknown = "load-balancer-class-unknown metallb: 1 service asks for a load balancer of class metallb, and nothing that describes the target names that class: " +
		"without a controller for it they get no address; services/shop/web"
	runScenes(t, []scene{
		{name: "the target's Services are not described", items: []item{of("web", "metallb", served)}},
		{name: "no Service of the target has the class", target: []string{plain}, items: []item{of("web", "metallb", served)}, want: []string{unknown}},
		{name: "manifests have no status", target: []string{plain}, items: []item{of("web", "metallb", "")}, want: []string{unknown}},
		{name: "a Service of the target has it, and an address", target: []string{service("a", "metallb", served), service("b", "metallb", waits)}, items: []item{of("web", "metallb", served)}},
		{
			name: "those of the target wait themselves", target: []string{service("a", "metallb", waits), service("b", "metallb", waits), service("c", "other", served)}, items: []item{of("web", "metallb", served), of("api", "metallb", served)},
			want: []string{"load-balancer-unserved metallb: 2 services ask for a load balancer of class metallb, and no address has come yet for 2 Services of the target that ask the same: " +
				"restored ones wait as well unless a controller for them runs; services/shop/api, services/shop/web"},
		},
		{
			name: "without a class, beside one that waits", target: []string{service("a", "", waits)}, items: []item{of("web", "", served)},
			want: []string{"load-balancer-unserved : 1 service asks for a load balancer, and no address has come yet for 1 Service of the target that asks the same"},
		},
		{name: "manifests of the target do not tell", target: []string{service("a", "metallb", "")}, items: []item{of("web", "metallb", served)}},
		{name: "without a class, where the target has no other", target: []string{plain, service("a", "other", waits)}, items: []item{of("web", "", served)}},
		{name: "one that waits in the backup, too", target: []string{plain}, items: []item{of("web", "metallb", waits)}},
		{name: "another type", target: []string{plain}, items: []item{{address: "services/shop/web", yaml: `{spec: {type: NodePort}, status: {loadBalancer: {}}}`}}},
		{name: "a controller that is started with the class", target: []string{plain, controller(`args: [--lb-class=metallb]`)}, items: []item{of("web", "metallb", served)}},
		{name: "or gets it from its environment", target: []string{plain, controller(`env: [{name: CLASS, value: metallb}]`)}, items: []item{of("web", "metallb", served)}},
		{name: "a controller of another class", target: []string{plain, controller(`command: [speaker, --lb-class=metallb-2]`)}, items: []item{of("web", "metallb", served)}, want: []string{unknown}},
	})
}
