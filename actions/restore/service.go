package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
)

// Service lets the target's API server assign a Service's addresses and ports anew: clusterIP and clusterIPs go unless
// the Service is headless, and so do node ports that nobody set on purpose, unless the Restore has preserveNodePorts.
// Profile 1.6 loses clusterIPs of every Service in its typed structure, looks for node ports set on purpose by port
// name in last-applied-configuration only, and leaves healthCheckNodePort alone.
// Source: Velero v1.18.2 pkg/restore/actions/service_action.go:52-284, v1.6.3 pkg/restore/service_action.go:49-106.
//
// Differs from Velero: an archive cannot carry preserveNodePorts to the restore that it is for, so a Service whose node
// ports that restore would drop gets a warning.
func Service(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:      "velero.io/service",
		Summary:   "removes assigned cluster IPs and node ports from a Service",
		AppliesTo: actions.Selector{Resources: []string{"services"}},
		Archive:   true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			if err := serviceResetClusterIP(in.Item, profile); err != nil {
				return nil, err
			}
			if preserve := in.Restore.Spec.PreserveNodePorts; preserve != nil && *preserve {
				return servicePreserved(in, profile)
			}
			out := &actions.Output{}
			return out, serviceResetPorts(in.Item, out, profile)
		},
	}
}

func serviceResetClusterIP(item *object.Value, profile actions.Profile) error {
	clusterIP, err := fieldText(item, "", "spec", "clusterIP")
	if err != nil {
		return err
	}
	if profile == actions.V1_6 {
		item.Remove("spec", "clusterIPs")
	}
	if clusterIP == "None" {
		return nil
	}
	if _, err := fieldGet(item, "", object.Array, "spec", "clusterIPs"); err != nil {
		return err
	}
	item.Remove("spec", "clusterIP")
	item.Remove("spec", "clusterIPs")
	return nil
}

func servicePreserved(in *actions.Input, profile actions.Profile) (*actions.Output, error) {
	out := &actions.Output{}
	out.Explain("spec.ports", "node ports kept: the Restore has preserveNodePorts")
	if !in.Archive {
		return out, nil
	}
	later := in.Item.Clone()
	if err := serviceResetPorts(later, &actions.Output{}, profile); err != nil || !object.Equal(later, in.Item) {
		out.Warn("preserve-node-ports-again", "spec.ports",
			"a restore of the archive drops these node ports unless it has preserveNodePorts as well")
	}
	return out, nil
}

func serviceResetPorts(item *object.Value, out *actions.Output, profile actions.Profile) error {
	if err := serviceResetNodePorts(item, out, profile); err != nil || profile == actions.V1_6 {
		return err
	}
	return serviceResetHealthCheck(item, out)
}

// servicePort is one element of spec.ports.
type servicePort struct {
	value          *object.Value
	at             string
	name, protocol string
	port, nodePort int64
}

func servicePorts(item *object.Value) ([]servicePort, error) {
	elements, err := fieldList(item, "", "spec", "ports")
	if err != nil {
		return nil, err
	}
	ports := make([]servicePort, len(elements))
	for i, e := range elements {
		if ports[i], err = serviceReadPort(e, fieldIndex("spec.ports", i)); err != nil {
			return nil, err
		}
	}
	return ports, nil
}

func serviceReadPort(e *object.Value, at string) (p servicePort, err error) {
	p.value, p.at = e, at
	if p.name, err = fieldText(e, at, "name"); err != nil {
		return p, err
	}
	if p.protocol, err = fieldText(e, at, "protocol"); err != nil {
		return p, err
	}
	if p.port, err = fieldInt(e, at, "port"); err != nil {
		return p, err
	}
	p.nodePort, err = fieldInt(e, at, "nodePort")
	return p, err
}

func serviceResetNodePorts(item *object.Value, out *actions.Output, profile actions.Profile) error {
	kind, err := fieldText(item, "", "spec", "type")
	if err != nil {
		return err
	}
	if kind == "ExternalName" {
		return nil
	}
	ports, err := servicePorts(item)
	if err != nil {
		return err
	}
	pinned, err := servicePins(item, profile)
	if err != nil {
		return err
	}
	for _, p := range ports {
		if p.nodePort == 0 {
			continue
		}
		if by := pinned(p); by != "" {
			out.Explain(p.at+".nodePort", fmt.Sprintf("nodePort %d kept: %s", p.nodePort, by))
			continue
		}
		p.value.Remove("nodePort")
		out.Explain(p.at+".nodePort", fmt.Sprintf("nodePort %d removed: nobody set it on purpose", p.nodePort))
	}
	return nil
}

func serviceResetHealthCheck(item *object.Value, out *actions.Output) error {
	kind, err := fieldText(item, "", "spec", "type")
	if err != nil {
		return err
	}
	policy, err := fieldText(item, "", "spec", "externalTrafficPolicy")
	if err != nil {
		return err
	}
	port, err := fieldInt(item, "", "spec", "healthCheckNodePort")
	if err != nil || port == 0 || kind != "LoadBalancer" || policy != "Local" {
		return err
	}
	by, err := serviceHealthCheckPin(item)
	if err != nil {
		return err
	}
	if by != "" {
		out.Explain("spec.healthCheckNodePort", fmt.Sprintf("healthCheckNodePort %d kept: %s set it", port, by))
		return nil
	}
	item.Remove("spec", "healthCheckNodePort")
	out.Explain("spec.healthCheckNodePort", fmt.Sprintf("healthCheckNodePort %d removed: nobody set it on purpose", port))
	return nil
}
