package findings_test

import "testing"

func TestLoadBalancersThatGetANewAddress(t *testing.T) {
	service := func(name, spec, status string) item {
		return item{address: "services/shop/" + name, yaml: `{apiVersion: v1, kind: Service, metadata: {name: ` + name + `}, spec: {` + spec + `}, status: {loadBalancer: {` + status + `}}}`}
	}
	const balanced, had = "type: LoadBalancer", "ingress: [{hostname: a.elb.example.com}]"
	for _, s := range []scene{
		{
			name: "two", items: []item{service("a", balanced, had), service("b", balanced, "ingress: [{}, {ip: 192.0.2.7}]")},
			want: []string{"load-balancer-address : 2 services of type LoadBalancer get a new address from the target (in the backup: a.elb.example.com); services/shop/a, services/shop/b"},
		},
		{name: "one", items: []item{service("b", balanced, "ingress: [{ip: 192.0.2.7}]")}, want: []string{"1 service of type LoadBalancer gets a new address from the target (in the backup: 192.0.2.7)"}},
		{name: "without an address", items: []item{service("a", balanced, ""), service("b", balanced, "ingress: [{}]")}},
		{name: "with one that it asks for", items: []item{service("a", balanced+", loadBalancerIP: 192.0.2.7", had)}},
		{name: "of another type", items: []item{service("a", "type: ClusterIP", had)}},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
