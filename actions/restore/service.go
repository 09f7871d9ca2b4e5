package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Service lets the target's API server assign a Service's addresses and ports anew: clusterIP and clusterIPs go unless
// the Service is headless, and so do node ports that were not set on purpose, unless the Restore has preserveNodePorts.
// Profile 1.6 loses clusterIPs of every Service in its typed structure, looks for node ports set on purpose by port
// name in last-applied-configuration only, and leaves healthCheckNodePort alone.
// Source: Velero v1.18.2 pkg/restore/actions/service_action.go:52-284, v1.6.3 pkg/restore/service_action.go:49-106.
//
// Differs from Velero: an archive cannot carry preserveNodePorts to the restore that it is for, so a Service whose node
// ports that restore would drop gets a warning.
func Service(profile actions.Profile) actions.Action {
	shape := typed.Service
	if profile.Does(actions.TypesOf119) {
		shape = typed.Service119
	}
	return actions.Action{
		Name:      "velero.io/service",
		Summary:   "removes assigned cluster IPs and node ports from a Service",
		AppliesTo: actions.Selector{Resources: []string{layout.Services}},
		Typed:     shape,
		Archive:   true,
		Retypes:   actions.Always,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			view, err := serviceRead(in.Item, profile)
			if err != nil {
				return nil, err
			}
			view.resetClusterIP()
			if preserve := in.Restore.Spec.PreserveNodePorts; preserve != nil && *preserve {
				return servicePreserved(in, profile)
			}
			out := &actions.Output{}
			return out, view.resetPorts(out)
		},
	}
}

// serviceView is a Service with the fields that the action reads.
type serviceView struct {
	profile             actions.Profile
	item                *object.Value
	clusterIP           string
	kind, policy        string // spec.type and spec.externalTrafficPolicy
	healthCheckNodePort int64
	ports               []servicePort
}

// servicePort is one element of spec.ports.
type servicePort struct {
	value          *object.Value
	at             string
	name, protocol string
	port, nodePort int64
}

func serviceRead(item *object.Value, profile actions.Profile) (v serviceView, err error) {
	v.profile, v.item = profile, item
	spec := item.Get("spec")
	v.clusterIP, v.kind, v.policy = spec.Get("clusterIP").Str(), spec.Get("type").Str(), spec.Get("externalTrafficPolicy").Str()
	if v.healthCheckNodePort, err = field.Int(item, "", "spec", "healthCheckNodePort"); err != nil {
		return v, err
	}
	v.ports, err = servicePorts(spec.Get("ports").Elements())
	return v, err
}

func servicePorts(elements []*object.Value) (ports []servicePort, err error) {
	ports = make([]servicePort, len(elements))
	for i, e := range elements {
		if ports[i], err = serviceReadPort(e, field.Index("spec.ports", i)); err != nil {
			return nil, err
		}
	}
	return ports, nil
}

func serviceReadPort(e *object.Value, at string) (p servicePort, err error) {
	p.value, p.at, p.name, p.protocol = e, at, e.Get("name").Str(), e.Get("protocol").Str()
	if p.port, err = field.Int(e, at, "port"); err != nil {
		return p, err
	}
	p.nodePort, err = field.Int(e, at, "nodePort")
	return p, err
}

func (v serviceView) resetClusterIP() {
	if v.clusterIP != "None" {
		v.item.Remove("spec", "clusterIP")
		v.item.Remove("spec", "clusterIPs")
	}
	if v.profile.Does(actions.TypesOf119) {
		v.item.Remove("spec", "clusterIPs")
	}
}

func servicePreserved(in *actions.Input, profile actions.Profile) (*actions.Output, error) {
	out := &actions.Output{}
	out.Explain("spec.ports", "node ports kept: the Restore has preserveNodePorts")
	if !in.Archive {
		return out, nil
	}
	later, err := serviceRead(in.Item.Clone(), profile)
	if err != nil {
		return nil, err
	}
	if err := later.resetPorts(&actions.Output{}); err != nil || !object.Equal(later.item, in.Item) {
		out.Warn("preserve-node-ports-again", "spec.ports",
			"a restore of the archive removes these node ports unless it also has preserveNodePorts")
	}
	return out, nil
}

func (v serviceView) resetPorts(out *actions.Output) error {
	if v.kind == "ExternalName" {
		return nil
	}
	if err := v.resetNodePorts(out); err != nil || !v.profile.Does(actions.DropsHealthCheckNodePorts) {
		return err
	}
	return v.resetHealthCheck(out)
}

func (v serviceView) resetNodePorts(out *actions.Output) error {
	pinned, err := servicePins(v.item, v.profile)
	if err != nil {
		return err
	}
	for _, p := range v.ports {
		if p.nodePort == 0 {
			continue
		}
		if by := pinned(p); by != "" {
			out.Keep("explicit nodePorts", p.at+".nodePort", fmt.Sprintf("nodePort %d kept: %s", p.nodePort, by))
			continue
		}
		p.value.Remove("nodePort")
		out.Explain(p.at+".nodePort", fmt.Sprintf("nodePort %d removed: it was not set explicitly", p.nodePort))
	}
	return nil
}

func (v serviceView) resetHealthCheck(out *actions.Output) error {
	port := v.healthCheckNodePort
	if port == 0 || v.kind != "LoadBalancer" || v.policy != "Local" {
		return nil
	}
	by, err := serviceHealthCheckPin(v.item, v.profile)
	if err != nil {
		return err
	}
	if by != "" {
		out.Keep("explicit healthCheckNodePorts", "spec.healthCheckNodePort", fmt.Sprintf("healthCheckNodePort %d kept: %s set it", port, by))
		return nil
	}
	v.item.Remove("spec", "healthCheckNodePort")
	out.Explain("spec.healthCheckNodePort", fmt.Sprintf("healthCheckNodePort %d removed: it was not set explicitly", port))
	return nil
}
