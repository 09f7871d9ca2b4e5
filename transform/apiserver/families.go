package apiserver

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	netutils "k8s.io/utils/net"
)

// setFamilies sets the IP families of a Service and the policy for them, by what the user says and what the cluster has.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/service/storage/alloc.go:128-275 (initIPFamilyFields).
func (s *services) setFamilies(service, old *core.Service) error {
	spec := &service.Spec
	if spec.Type == core.ServiceTypeExternalName || staysDual(service, old) {
		return nil
	}
	bare := spec.ClusterIP == core.ClusterIPNone && len(spec.Selector) == 0 // headless without selector
	if spec.IPFamilyPolicy == nil {
		policy := core.IPFamilyPolicySingleStack
		switch {
		case old != nil && old.Spec.IPFamilyPolicy != nil:
			policy = *old.Spec.IPFamilyPolicy
		case bare:
			policy = core.IPFamilyPolicyRequireDualStack
		}
		spec.IPFamilyPolicy = &policy
	}
	if errs := validation.ValidateServiceClusterIPsRelatedFields(service, old); len(errs) > 0 {
		return apierrors.NewInvalid(core.Kind("Service"), service.Name, errs)
	}
	errs := s.stackErrors(service, old)
	if len(errs) > 0 {
		return apierrors.NewInvalid(core.Kind("Service"), service.Name, errs)
	}
	if bare {
		s.completeBare(spec)
		return nil
	}
	policy := *spec.IPFamilyPolicy
	if policy == core.IPFamilyPolicyRequireDualStack && len(s.ranges) < 2 {
		errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilyPolicy"), spec.IPFamilyPolicy, "this cluster is not configured for dual-stack services"))
	}
	for i, family := range spec.IPFamilies {
		if s.ranges[family] == nil {
			errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilies").Index(i), family, "not configured on this cluster"))
		}
	}
	if len(errs) > 0 {
		return apierrors.NewInvalid(core.Kind("Service"), service.Name, errs)
	}
	if len(spec.IPFamilies) == 0 {
		spec.IPFamilies = []core.IPFamily{s.first}
	}
	if policy != core.IPFamilyPolicySingleStack && len(spec.IPFamilies) == 1 && len(s.ranges) == 2 {
		spec.IPFamilies = append(spec.IPFamilies, other(spec.IPFamilies[0]))
	}
	return nil
}

// stackErrors are those of single and dual stack; it adds the families of the addresses that are asked for.
func (s *services) stackErrors(service, old *core.Service) field.ErrorList {
	spec, single := &service.Spec, *service.Spec.IPFamilyPolicy == core.IPFamilyPolicySingleStack
	at := field.NewPath("spec", "ipFamilyPolicy")
	var errs field.ErrorList
	if old != nil {
		errs = append(errs, reduce(spec, &old.Spec, single)...)
	}
	if single && len(spec.ClusterIPs) == 2 {
		errs = append(errs, field.Invalid(at, spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"))
	}
	if single && len(spec.IPFamilies) == 2 {
		errs = append(errs, field.Invalid(at, spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"))
	}
	for i, ip := range spec.ClusterIPs {
		if ip == core.ClusterIPNone {
			break
		}
		if i < len(spec.IPFamilies) {
			continue
		}
		family := core.IPv4Protocol
		if netutils.IsIPv6String(ip) {
			family = core.IPv6Protocol
		}
		if s.ranges[family] == nil {
			errs = append(errs, field.Invalid(field.NewPath("spec", "clusterIPs").Index(i), spec.ClusterIPs, fmt.Sprintf("%s is not configured on this cluster", family)))
			continue
		}
		spec.IPFamilies = append(spec.IPFamilies, family)
	}
	return errs
}

// reduce takes the second family from a Service that becomes single stack; one that stays dual stack keeps it.
func reduce(spec, old *core.ServiceSpec, single bool) field.ErrorList {
	at := field.NewPath("spec", "ipFamilyPolicy")
	var errs field.ErrorList
	if single {
		if same(old.ClusterIPs, spec.ClusterIPs) && len(spec.ClusterIPs) > 1 {
			spec.ClusterIPs = spec.ClusterIPs[:1]
		}
		if same(old.IPFamilies, spec.IPFamilies) && len(spec.IPFamilies) > 1 {
			spec.IPFamilies = spec.IPFamilies[:1]
		}
		return nil
	}
	if n := len(spec.ClusterIPs); n > 0 && n < len(old.ClusterIPs) {
		errs = append(errs, field.Invalid(at, spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
	}
	if n := len(spec.IPFamilies); n > 0 && n < len(old.IPFamilies) {
		errs = append(errs, field.Invalid(at, spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
	}
	return errs
}

// completeBare gives a headless Service without selector the families that it may have, whatever the cluster has.
func (s *services) completeBare(spec *core.ServiceSpec) {
	if len(spec.IPFamilies) == 0 {
		spec.IPFamilies = []core.IPFamily{s.first}
	}
	if len(spec.IPFamilies) < 2 && *spec.IPFamilyPolicy != core.IPFamilyPolicySingleStack {
		spec.IPFamilies = append(spec.IPFamilies, other(spec.IPFamilies[0]))
	}
}

// staysDual says that an update leaves the families of a Service that prefers dual stack alone.
func staysDual(service, old *core.Service) bool {
	if old == nil || service.Spec.IPFamilyPolicy == nil || *service.Spec.IPFamilyPolicy != core.IPFamilyPolicyPreferDualStack || old.Spec.Type != service.Spec.Type {
		return false
	}
	if policy := old.Spec.IPFamilyPolicy; policy != nil && *policy != core.IPFamilyPolicyPreferDualStack {
		return false
	}
	return same(old.Spec.ClusterIPs, service.Spec.ClusterIPs) && same(old.Spec.IPFamilies, service.Spec.IPFamilies)
}

func other(family core.IPFamily) core.IPFamily {
	if family == core.IPv4Protocol {
		return core.IPv6Protocol
	}
	return core.IPv4Protocol
}

func same[T comparable](a, b []T) bool { return slices.Equal(a, b) }
