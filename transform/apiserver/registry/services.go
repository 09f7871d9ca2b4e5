package registry

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation/field"
	serviceapi "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// services is the strategy of Services. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/strategy.go:60-130.
func services() strategy[*core.Service] {
	return of(strategy[*core.Service]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, s *core.Service) { s.Status = core.ServiceStatus{} },
		prepareUpdate: func(_ context.Context, s, old *core.Service) {
			s.Status = old.Status
			dropOfType(&s.Spec, &old.Spec, s, old)
		},
		validate: func(_ context.Context, s *core.Service) field.ErrorList { return validation.ValidateServiceCreate(s) },
		validateUpdate: func(_ context.Context, s, old *core.Service) field.ErrorList {
			return validation.ValidateServiceUpdate(s, old)
		},
	})
}

// dropOfType drops what only the old type of the Service has, where the user has left it as it was.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/strategy.go:268-330 (dropTypeDependentFields).
func dropOfType(now, before *core.ServiceSpec, s, old *core.Service) {
	same := equality.Semantic.DeepEqual
	if before.Type != core.ServiceTypeExternalName && now.Type == core.ServiceTypeExternalName {
		if now.ClusterIP == before.ClusterIP && slices.Equal(now.ClusterIPs, before.ClusterIPs) {
			now.ClusterIP, now.ClusterIPs = "", nil
		}
		if same(now.IPFamilies, before.IPFamilies) {
			now.IPFamilies = nil
		}
		if same(now.IPFamilyPolicy, before.IPFamilyPolicy) {
			now.IPFamilyPolicy = nil
		}
	}
	if hasNodePorts(before) && !hasNodePorts(now) && keepsNodePorts(now, before) {
		for i := range now.Ports {
			now.Ports[i].NodePort = 0
		}
	}
	if serviceapi.NeedsHealthCheck(old) && !serviceapi.NeedsHealthCheck(s) && now.HealthCheckNodePort == before.HealthCheckNodePort {
		now.HealthCheckNodePort = 0
	}
	if before.Type == core.ServiceTypeLoadBalancer && now.Type != core.ServiceTypeLoadBalancer {
		if now.AllocateLoadBalancerNodePorts != nil && same(now.AllocateLoadBalancerNodePorts, before.AllocateLoadBalancerNodePorts) {
			now.AllocateLoadBalancerNodePorts = nil
		}
		if same(now.LoadBalancerClass, before.LoadBalancerClass) {
			now.LoadBalancerClass = nil
		}
	}
	if serviceapi.ExternallyAccessible(old) && !serviceapi.ExternallyAccessible(s) && now.ExternalTrafficPolicy == before.ExternalTrafficPolicy {
		now.ExternalTrafficPolicy = ""
	}
	if now.Type != core.ServiceTypeLoadBalancer {
		s.Status.LoadBalancer = core.LoadBalancerStatus{}
	}
}

func hasNodePorts(spec *core.ServiceSpec) bool {
	return spec.Type == core.ServiceTypeNodePort || spec.Type == core.ServiceTypeLoadBalancer
}

// keepsNodePorts says that no node port is new.
func keepsNodePorts(now, before *core.ServiceSpec) bool {
	return !slices.ContainsFunc(now.Ports, func(p core.ServicePort) bool {
		return p.NodePort != 0 && !slices.ContainsFunc(before.Ports, func(o core.ServicePort) bool { return o.NodePort == p.NodePort })
	})
}
