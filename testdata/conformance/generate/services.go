package generate

import (
	"encoding/json"
	"fmt"
)

func (g *generator) service(ns, name string) {
	spec := object{"type": pick(g, "ClusterIP", "NodePort", "NodePort", "LoadBalancer", "ExternalName"), "ports": g.servicePorts()}
	g.maybe(80, spec, "clusterIP", "10.96.0.7", "None", "")
	g.maybe(60, spec, "clusterIPs", []any{"10.96.0.7"}, []any{"None"}, []any{"10.96.0.7", "fd00::7"})
	g.maybe(30, spec, "externalTrafficPolicy", "Local", "Cluster")
	g.maybe(30, spec, "healthCheckNodePort", 31999)
	g.maybe(30, spec, "sessionAffinity", "None")
	g.maybe(8, spec, unknown, 1)
	metadata := object{}
	if g.chance(40) {
		metadata["annotations"] = object{"kubectl.kubernetes.io/last-applied-configuration": g.lastApplied(spec)}
	}
	if g.chance(40) {
		metadata["managedFields"] = g.managedPorts(spec)
	}
	g.put("services", "v1", "Service", ns, name, object{"metadata": metadata, "spec": spec, "status": object{"loadBalancer": object{}}})
}

func (g *generator) servicePorts() []any {
	var list []any
	for i := range g.r.IntN(4) {
		p := object{"port": 80 + i, "protocol": pick(g, "TCP", "UDP"), "targetPort": pick[any](g, 8080, "http")} // API servers always set it
		g.maybe(60, p, "name", fmt.Sprintf("p%d", i))
		g.maybe(70, p, "nodePort", 30080+i)
		list = append(list, p)
	}
	if list == nil {
		return []any{}
	}
	return list
}

// lastApplied is what kubectl apply remembers: the ports as the user wrote them, numbers in any form.
func (g *generator) lastApplied(spec object) string {
	if g.chance(10) {
		return pick(g, "", "{}", "not json", `{"spec":{}}`, `{"spec":{"ports":[]}}`, "null")
	}
	var ports []any
	list, _ := spec["ports"].([]any)
	for _, p := range list {
		port, _ := p.(object)
		applied := object{"port": port["port"]}
		if name, named := port["name"]; named {
			applied["name"] = name
		}
		if number, has := port["nodePort"].(int); has && g.chance(60) {
			applied["nodePort"] = pick[any](g, number, fmt.Sprint(number), json.Number(fmt.Sprintf("%d.0", number)), 0, "")
		}
		if g.chance(80) {
			ports = append(ports, applied)
		}
	}
	if ports == nil {
		ports = []any{}
	}
	applied := object{"spec": object{"ports": ports}}
	if g.chance(30) {
		applied["spec"].(object)["healthCheckNodePort"] = pick[any](g, 31999, "31999", 0)
	}
	text, err := json.Marshal(applied)
	if err != nil {
		return ""
	}
	return string(text)
}

// managedPorts is what a server remembers of who set what.
func (g *generator) managedPorts(spec object) []any {
	ports := object{".": object{}}
	list, _ := spec["ports"].([]any)
	for _, p := range list {
		port, _ := p.(object)
		fields := object{".": object{}, "f:port": object{}}
		g.maybe(50, fields, "f:nodePort", object{})
		ports[fmt.Sprintf(`k:{"port":%v,"protocol":%q}`, port["port"], port["protocol"])] = fields
	}
	f := object{"f:ports": ports}
	g.maybe(30, f, "f:healthCheckNodePort", object{})
	entry := object{"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": object{"f:spec": f}, "manager": "kubectl", "operation": "Update"}
	g.maybe(50, entry, "time", "2026-01-02T03:04:05Z")
	return []any{entry}
}
