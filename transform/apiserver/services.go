//go:build apiserver

package apiserver

import (
	"net"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/storage"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/apiserver/pkg/storage/storagebackend/factory"
	"k8s.io/client-go/tools/cache"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/service/ipallocator"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
	servicestorage "k8s.io/kubernetes/pkg/registry/core/service/storage"
)

// nodePorts is the range of node ports that a kube-apiserver has by default. The target may have another one, but no API tells.
var nodePorts = utilnet.PortRange{Base: 30000, Size: 2768}

// services gives Services their node ports and cluster IPs, with the registry's own code.
type services struct {
	begins  registry.BeginCreateFunc
	updates registry.BeginUpdateFunc
}

// newServices takes what the Services of the target hold.
func newServices(s *state) (*services, error) {
	ports, err := portallocator.NewInMemory(nodePorts)
	if err != nil {
		return nil, err
	}
	families, first, err := addresses(s)
	if err != nil {
		return nil, err
	}
	for name, service := range s.services {
		if service == nil {
			continue
		}
		for _, port := range service.Spec.Ports {
			if port.NodePort != 0 {
				_ = ports.Allocate(int(port.NodePort)) // one that is out of range takes none
			}
		}
		if service.Spec.HealthCheckNodePort != 0 {
			_ = ports.Allocate(int(service.Spec.HealthCheckNodePort))
		}
		for _, text := range service.Spec.ClusterIPs {
			if ip := net.ParseIP(text); ip != nil {
				for _, family := range families {
					_ = family.Allocate(ip)
				}
			}
		}
		s.services[name] = nil
	}
	rest, _, _, err := servicestorage.NewREST(nowhere(), first, families, ports, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return &services{begins: rest.BeginCreate, updates: rest.BeginUpdate}, nil
}

// begin allocates; what it returns keeps the allocation, or gives it back.
func (s *services) begin(c *call) (func(bool), error) {
	finish, err := s.begins(c.ctx, c.obj, &metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return func(ok bool) { finish(c.ctx, ok) }, nil
}

// update allocates what a patch asks for.
func (s *services) update(c *call, old runtime.Object) (registry.FinishFunc, error) {
	return s.updates(c.ctx, c.obj, old, &metav1.UpdateOptions{})
}

// addresses are the ranges of cluster IPs by family, and the family that comes first. Where no ServiceCIDR tells, every
// address is free.
func addresses(s *state) (map[api.IPFamily]ipallocator.Interface, api.IPFamily, error) {
	families := map[api.IPFamily]ipallocator.Interface{}
	var first api.IPFamily
	list, err := s.informers.Networking().V1().ServiceCIDRs().Lister().List(labels.Everything())
	if err != nil {
		return nil, "", err
	}
	for _, of := range list {
		for _, text := range of.Spec.CIDRs {
			_, cidr, err := net.ParseCIDR(text)
			if err != nil {
				continue
			}
			family := api.IPv4Protocol
			if cidr.IP.To4() == nil {
				family = api.IPv6Protocol
			}
			if families[family] != nil {
				families[family] = anyAddress{family} // a family with two ranges
				continue
			}
			if families[family], err = ipallocator.NewInMemory(cidr); err != nil {
				return nil, "", err
			}
			if first == "" {
				first = family
			}
		}
	}
	if len(families) == 0 {
		return map[api.IPFamily]ipallocator.Interface{api.IPv4Protocol: anyAddress{api.IPv4Protocol}, api.IPv6Protocol: anyAddress{api.IPv6Protocol}}, api.IPv4Protocol, nil
	}
	return families, first, nil
}

// anyAddress is a range that is not known: every address may be taken.
type anyAddress struct{ family api.IPFamily }

func (a anyAddress) Allocate(net.IP) error { return nil }
func (a anyAddress) AllocateNext() (net.IP, error) {
	if a.family == api.IPv6Protocol {
		return net.ParseIP("fd00::1"), nil
	}
	return net.IPv4(10, 96, 0, 1), nil
}
func (a anyAddress) Release(net.IP) error          { return nil }
func (a anyAddress) ForEach(func(net.IP))          {}
func (a anyAddress) CIDR() net.IPNet               { return net.IPNet{} }
func (a anyAddress) IPFamily() api.IPFamily        { return a.family }
func (a anyAddress) Has(net.IP) bool               { return false }
func (a anyAddress) Destroy()                      {}
func (a anyAddress) EnableMetrics()                {}
func (a anyAddress) DryRun() ipallocator.Interface { return a }

// nowhere is a storage that is never written to: only what the registry does before it writes is asked for.
func nowhere() generic.RESTOptions {
	return generic.RESTOptions{
		ResourcePrefix: "services", StorageConfig: &storagebackend.ConfigForResource{},
		Decorator: func(*storagebackend.ConfigForResource, string, func(runtime.Object) (string, error), func() runtime.Object, func() runtime.Object, storage.AttrFunc, storage.IndexerFuncs, *cache.Indexers) (storage.Interface, factory.DestroyFunc, error) {
			return nil, func() {}, nil
		},
	}
}
