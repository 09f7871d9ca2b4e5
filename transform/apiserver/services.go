package apiserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/validation/field"
	serviceapi "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
	netutils "k8s.io/utils/net"
)

// nodePorts is the range of node ports that a kube-apiserver has by default. The target may have another one, but no API tells.
var nodePorts = utilnet.PortRange{Base: 30000, Size: 2768}

// services gives Services their node ports and cluster IPs. The registry's own code for it links etcd's client.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/alloc.go, storage.go.
type services struct {
	ports  portallocator.Interface
	ranges map[core.IPFamily]*addressRange
	first  core.IPFamily // of the cluster
}

// newServices takes what the Services of the target hold.
func newServices(s *state) (*services, error) {
	ports, err := portallocator.NewInMemory(nodePorts)
	if err != nil {
		return nil, err
	}
	all := &services{ports: ports}
	all.ranges, all.first = addressRanges(s)
	for name, service := range s.services {
		if service == nil {
			continue
		}
		for _, port := range service.Spec.Ports {
			all.hold(port.NodePort)
		}
		all.hold(service.Spec.HealthCheckNodePort)
		for _, text := range service.Spec.ClusterIPs {
			if ip, err := netip.ParseAddr(text); err == nil {
				for _, family := range all.ranges {
					_ = family.allocate(ip)
				}
			}
		}
		s.services[name] = nil
	}
	return all, nil
}

// hold takes a port of the target; one that is out of range takes none.
func (s *services) hold(port int32) {
	if port != 0 {
		_ = s.ports.Allocate(int(port))
	}
}

// begin allocates; what it returns keeps the allocation, or gives it back.
func (s *services) begin(c *call) (func(bool), error) {
	service, ok := c.obj.(*core.Service)
	if !ok {
		return nil, apierrors.NewInternalError(fmt.Errorf("a %T is no Service", c.obj))
	}
	if service.Spec.ClusterIP != "" && len(service.Spec.ClusterIPs) == 0 {
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	if err := s.setFamilies(service, nil); err != nil {
		return nil, err
	}
	taken, err := s.allocateAddresses(service)
	if err != nil {
		return nil, err
	}
	ports, err := s.allocatePorts(service)
	if err != nil {
		s.release(taken)
		return nil, err
	}
	return func(keep bool) {
		if keep {
			_ = ports.Commit()
		} else {
			s.release(taken)
		}
		ports.Finish()
	}, nil
}

// allocateAddresses takes the cluster IPs that are asked for, and others where none is.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/alloc.go:311-405 (allocClusterIPs, allocIPs).
func (s *services) allocateAddresses(service *core.Service) (map[core.IPFamily]netip.Addr, error) {
	spec := &service.Spec
	if spec.Type == core.ServiceTypeExternalName || len(spec.ClusterIPs) > 0 && spec.ClusterIPs[0] == core.ClusterIPNone {
		return nil, nil
	}
	taken := map[core.IPFamily]netip.Addr{}
	for i, family := range spec.IPFamilies {
		if i == len(spec.ClusterIPs) {
			spec.ClusterIPs = append(spec.ClusterIPs, "")
		}
		ip, err := s.allocateAddress(service, family, spec.ClusterIPs[i])
		if err != nil {
			s.release(taken)
			return nil, err
		}
		taken[family] = ip
		spec.ClusterIPs[i] = ip.String()
		if i == 0 {
			spec.ClusterIP = spec.ClusterIPs[0]
		}
	}
	return taken, nil
}

func (s *services) allocateAddress(service *core.Service, family core.IPFamily, asked string) (netip.Addr, error) {
	of := s.ranges[family]
	if asked == "" {
		ip, err := of.next()
		if err != nil {
			return ip, apierrors.NewInternalError(fmt.Errorf("failed to allocate a serviceIP: %w", err))
		}
		return ip, nil
	}
	parsed := netutils.ParseIPSloppy(asked)
	ip, ok := netip.AddrFromSlice(parsed)
	if !ok {
		return ip, apierrors.NewInternalError(fmt.Errorf("failed to parse service IP %q", asked))
	}
	ip = ip.Unmap()
	if err := of.allocate(ip); err != nil {
		return ip, invalidService(service, field.Invalid(field.NewPath("spec", "clusterIPs"), service.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %v: %v", asked, err)))
	}
	return ip, nil
}

func (s *services) release(taken map[core.IPFamily]netip.Addr) {
	for family, ip := range taken {
		delete(s.ranges[family].taken, ip)
	}
}

func invalidService(service *core.Service, errs ...*field.Error) error {
	return apierrors.NewInvalid(core.Kind("Service"), service.Name, errs)
}

// allocatePorts takes the node ports that are asked for, and others where none is.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/alloc.go:425-555 (txnAllocNodePorts, initNodePorts).
func (s *services) allocatePorts(service *core.Service) (*portallocator.PortAllocationOperation, error) {
	op := portallocator.StartOperation(s.ports, false)
	var err error
	if hasNodePorts(service) {
		err = takePorts(service, op)
	}
	if err == nil && serviceapi.NeedsHealthCheck(service) {
		err = takeHealthCheckPort(service, op)
	}
	if err != nil {
		op.Finish()
		return nil, err
	}
	return op, nil
}

func hasNodePorts(service *core.Service) bool {
	return service.Spec.Type == core.ServiceTypeNodePort || service.Spec.Type == core.ServiceTypeLoadBalancer
}

// allocatesPorts says whether the server gives the Service's ports node ports that it does not name.
func allocatesPorts(service *core.Service) bool {
	allocates := service.Spec.AllocateLoadBalancerNodePorts
	return service.Spec.Type == core.ServiceTypeNodePort || service.Spec.Type == core.ServiceTypeLoadBalancer && (allocates == nil || *allocates)
}

// takePorts lets ports of one number, TCP and UDP, share a node port.
func takePorts(service *core.Service, op *portallocator.PortAllocationOperation) error {
	ports := service.Spec.Ports
	taken := map[int32]int32{} // node ports by port
	for i := range ports {
		port := &ports[i]
		if port.NodePort == 0 && !allocatesPorts(service) {
			continue
		}
		shared := taken[port.Port]
		switch {
		case shared != 0 && port.NodePort == 0:
			port.NodePort = shared
		case shared != 0 && port.NodePort == shared:
		case shared != 0:
			if err := takePort(service, op, i, port.NodePort); err != nil {
				return err
			}
		default:
			asked := port.NodePort
			if at := slices.IndexFunc(ports, func(p core.ServicePort) bool { return p.Port == port.Port && p.NodePort != 0 }); at >= 0 {
				asked = ports[at].NodePort
			}
			if asked == 0 {
				next, err := op.AllocateNext()
				if err != nil {
					return apierrors.NewInternalError(fmt.Errorf("failed to allocate a nodePort: %w", err))
				}
				asked = int32(next)
			} else if err := takePort(service, op, i, asked); err != nil {
				return err
			}
			port.NodePort, taken[port.Port] = asked, asked
		}
	}
	return nil
}

func takePort(service *core.Service, op *portallocator.PortAllocationOperation, i int, port int32) error {
	if err := op.Allocate(int(port)); err != nil {
		return invalidService(service, field.Invalid(field.NewPath("spec", "ports").Index(i).Child("nodePort"), port, err.Error()))
	}
	return nil
}

func takeHealthCheckPort(service *core.Service, op *portallocator.PortAllocationOperation) error {
	if asked := service.Spec.HealthCheckNodePort; asked != 0 {
		if err := op.Allocate(int(asked)); err != nil {
			return apierrors.NewInternalError(fmt.Errorf("failed to allocate requested HealthCheck NodePort %v: %w", asked, err))
		}
		return nil
	}
	port, err := op.AllocateNext()
	if err != nil {
		return apierrors.NewInternalError(fmt.Errorf("failed to allocate a HealthCheck NodePort 0: %w", err))
	}
	service.Spec.HealthCheckNodePort = int32(port)
	return nil
}

// addressRange is the range of one family's cluster IPs.
type addressRange struct {
	prefix netip.Prefix // not valid if it is not known: then every address is free
	taken  map[netip.Addr]bool
	family core.IPFamily
	free   netip.Addr // where the search for one that no Service asks for goes on
}

// The words of the allocator. Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/ipallocator/interfaces.go:45-58.
var (
	errAddressTaken = errors.New("provided IP is already allocated")
	errOtherNetwork = errors.New("the provided network does not match the current range")
	errRangeFull    = errors.New("range is full")
)

func (r *addressRange) allocate(ip netip.Addr) error {
	switch {
	case !r.prefix.IsValid():
		return nil
	case !r.prefix.Contains(ip):
		return errOtherNetwork
	case ip == r.prefix.Masked().Addr(), ip == last(r.prefix):
		return fmt.Errorf("the provided IP (%v) is not in the valid range. The range of valid IPs is %s", ip, r.prefix)
	case r.taken[ip]:
		return errAddressTaken
	}
	r.taken[ip] = true
	return nil
}

// next is a free address.
func (r *addressRange) next() (netip.Addr, error) {
	if !r.prefix.IsValid() {
		if r.family == core.IPv6Protocol {
			return netip.MustParseAddr("fd00::1"), nil
		}
		return netip.MustParseAddr("10.96.0.1"), nil
	}
	// Addresses that no Service asks for come from the upper part of the range, away from those that are asked for.
	// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/ipallocator/bitmap.go:332-360 (calculateRangeOffset).
	const offset = 256
	if !r.free.IsValid() {
		r.free = r.prefix.Masked().Addr()
		for range offset {
			if up := r.free.Next(); r.prefix.Contains(up) {
				r.free = up
			}
		}
	}
	for ; r.prefix.Contains(r.free); r.free = r.free.Next() {
		if r.allocate(r.free) == nil {
			return r.free, nil
		}
	}
	ip := r.prefix.Masked().Addr()
	for ; r.prefix.Contains(ip); ip = ip.Next() {
		if r.allocate(ip) == nil {
			return ip, nil
		}
	}
	return ip, errRangeFull
}

// last is the broadcast address of an IPv4 range; it has no meaning for IPv6.
func last(p netip.Prefix) netip.Addr {
	if !p.Addr().Is4() {
		return netip.Addr{}
	}
	bytes := p.Masked().Addr().As4()
	mask := net.CIDRMask(p.Bits(), 32)
	for i := range bytes {
		bytes[i] |= ^mask[i]
	}
	return netip.AddrFrom4(bytes)
}

// addressRanges are the ranges of cluster IPs by family, and the family that comes first. Where no ServiceCIDR tells, every address is free.
func addressRanges(s *state) (map[core.IPFamily]*addressRange, core.IPFamily) {
	ranges := map[core.IPFamily]*addressRange{}
	var first core.IPFamily
	for _, of := range list[*networkingv1.ServiceCIDR](s, serviceRangeResource, "") {
		for _, text := range of.Spec.CIDRs {
			prefix, err := netip.ParsePrefix(text)
			if err != nil {
				continue
			}
			family := core.IPv4Protocol
			if prefix.Addr().Is6() {
				family = core.IPv6Protocol
			}
			if ranges[family] != nil {
				prefix = netip.Prefix{} // a family with two ranges
			}
			ranges[family] = &addressRange{prefix: prefix, taken: map[netip.Addr]bool{}, family: family}
			if first == "" {
				first = family
			}
		}
	}
	if len(ranges) == 0 {
		for _, family := range []core.IPFamily{core.IPv4Protocol, core.IPv6Protocol} {
			ranges[family] = &addressRange{family: family}
		}
		first = core.IPv4Protocol
	}
	return ranges, first
}
