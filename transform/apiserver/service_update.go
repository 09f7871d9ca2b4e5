package apiserver

import (
	"fmt"
	"net/netip"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	serviceapi "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
)

// update allocates what a patch asks for; what it returns gives it back, as a patch of a preview changes nothing.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/storage.go:376-400 (beginUpdate), alloc.go:560-760 (allocateUpdate).
func (s *services) update(c *call, before runtime.Object) (func(), error) {
	service, ok := c.obj.(*core.Service)
	old, also := before.(*core.Service)
	if !ok || !also {
		return nil, apierrors.NewInternalError(fmt.Errorf("a %T is no Service", c.obj))
	}
	keepAllocated(service, old)
	normalize(service, old)
	if err := s.setFamilies(service, old); err != nil {
		return nil, err
	}
	taken, err := s.updateAddresses(service, old)
	if err != nil {
		return nil, err
	}
	op := portallocator.StartOperation(s.ports, false)
	if err := updatePorts(service, old, op); err != nil {
		op.Finish()
		s.release(taken)
		return nil, err
	}
	return func() {
		op.Finish() // without a commit it gives back
		s.release(taken)
	}, nil
}

// keepAllocated keeps what the server has given the Service, where the patch does not say otherwise.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/storage.go:596-650 (patchAllocatedValues).
func keepAllocated(service, old *core.Service) {
	now, before := &service.Spec, &old.Spec
	if now.Type != core.ServiceTypeExternalName && before.Type != core.ServiceTypeExternalName {
		if now.ClusterIP == "" {
			now.ClusterIP = before.ClusterIP
		}
		if len(now.ClusterIPs) == 0 {
			now.ClusterIPs = before.ClusterIPs
		}
	}
	if allocatesPorts(service) && allocatesPorts(old) {
		uses := func(ports []core.ServicePort, n int32) bool {
			return slices.ContainsFunc(ports, func(p core.ServicePort) bool { return p.NodePort == n })
		}
		for i := range now.Ports {
			port := &now.Ports[i]
			at := slices.IndexFunc(before.Ports, func(o core.ServicePort) bool { return o.Name == port.Name })
			if port.NodePort == 0 && at >= 0 && !uses(now.Ports, before.Ports[at].NodePort) {
				port.NodePort = before.Ports[at].NodePort
			}
		}
	}
	if serviceapi.NeedsHealthCheck(service) && serviceapi.NeedsHealthCheck(old) && now.HealthCheckNodePort == 0 {
		now.HealthCheckNodePort = before.HealthCheckNodePort
	}
}

// normalize keeps clusterIP and clusterIPs the same.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/storage.go:520-590 (normalizeClusterIPs).
func normalize(service, old *core.Service) {
	now, before := &service.Spec, &old.Spec
	if len(before.ClusterIPs) > 0 && len(now.ClusterIPs) == 0 && before.ClusterIP == now.ClusterIP {
		now.ClusterIPs = before.ClusterIPs
	}
	if before.ClusterIP == now.ClusterIP || !same(before.ClusterIPs, now.ClusterIPs) {
		return
	}
	if before.ClusterIP != "" && now.ClusterIP == "" {
		now.ClusterIPs = nil
		return
	}
	now.ClusterIPs = []string{now.ClusterIP}
}

// updateAddresses takes cluster IPs for a Service that comes to have them, and a second one for one that becomes dual stack.
func (s *services) updateAddresses(service, old *core.Service) (map[core.IPFamily]netip.Addr, error) {
	now, before := &service.Spec, &old.Spec
	switch {
	case staysDual(service, old):
	case before.Type == core.ServiceTypeExternalName && now.Type != core.ServiceTypeExternalName:
		return s.allocateAddresses(service)
	case len(before.ClusterIPs) > 0 && before.ClusterIPs[0] == core.ClusterIPNone, now.Type == core.ServiceTypeExternalName:
	case len(before.IPFamilies) == 1 && len(now.IPFamilies) == 2:
		for len(now.ClusterIPs) < 2 {
			now.ClusterIPs = append(now.ClusterIPs, "")
		}
		family := now.IPFamilies[1]
		ip, err := s.allocateAddress(service, family, now.ClusterIPs[1])
		if err != nil {
			return nil, err
		}
		now.ClusterIPs[1] = ip.String()
		return map[core.IPFamily]netip.Addr{family: ip}, nil
	}
	return nil, nil
}

// updatePorts takes the node ports that the old Service does not hold.
func updatePorts(service, old *core.Service, op *portallocator.PortAllocationOperation) error {
	var held []int32
	for _, p := range old.Spec.Ports {
		held = append(held, p.NodePort)
	}
	if hasNodePorts(service) {
		for i := range service.Spec.Ports {
			port := &service.Spec.Ports[i]
			switch {
			case port.NodePort != 0 && !slices.Contains(held, port.NodePort):
				if err := takePort(service, op, i, port.NodePort); err != nil {
					return err
				}
				held = append(held, port.NodePort)
			case port.NodePort == 0 && allocatesPorts(service):
				next, err := op.AllocateNext()
				if err != nil {
					return apierrors.NewInternalError(fmt.Errorf("failed to allocate a nodePort: %w", err))
				}
				port.NodePort = int32(next)
			}
		}
	}
	if serviceapi.NeedsHealthCheck(service) && !serviceapi.NeedsHealthCheck(old) {
		return takeHealthCheckPort(service, op)
	}
	return nil
}
