package apiserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	quota "k8s.io/apiserver/pkg/quota/v1"
	resourcehelper "k8s.io/component-helpers/resource"
	"k8s.io/kubernetes/pkg/apis/core"
	corehelper "k8s.io/kubernetes/pkg/apis/core/helper"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
)

// measure is how quotas count the objects of a resource. Kubernetes' own evaluators link informers, which they count with.
// Source: k8s.io/kubernetes v1.33.13 pkg/quota/v1/evaluator/core.
type measure struct {
	resources   func([]corev1.ResourceName) []corev1.ResourceName // those of a quota that the object counts for
	scope       func(corev1.ScopedResourceSelectorRequirement, runtime.Object) (bool, error)
	constraints func([]corev1.ResourceName, runtime.Object) error // what has to be said where a quota limits it
	usage       func(runtime.Object) (corev1.ResourceList, error)
}

// matches says whether a quota limits the object.
// Source: k8s.io/apiserver v0.33.13 pkg/quota/v1/generic/evaluator.go:120-155 (Matches).
func (m *measure) matches(one *corev1.ResourceQuota, obj runtime.Object) (bool, error) {
	if len(m.resources(quota.ResourceNames(one.Status.Hard))) == 0 {
		return false, nil
	}
	var scopes []corev1.ScopedResourceSelectorRequirement
	for _, scope := range one.Spec.Scopes {
		scopes = append(scopes, corev1.ScopedResourceSelectorRequirement{ScopeName: scope, Operator: corev1.ScopeSelectorOpExists})
	}
	if one.Spec.ScopeSelector != nil {
		scopes = append(scopes, one.Spec.ScopeSelector.MatchExpressions...)
	}
	for _, scope := range scopes {
		if within, err := m.scope(scope, obj); err != nil || !within {
			return false, err
		}
	}
	return true, nil
}

func newMeasures() map[schema.GroupResource]*measure {
	list := map[schema.GroupResource]*measure{podResource: measurePods(), serviceResource: measureServices(), claimResource: measureClaims()}
	for _, name := range []corev1.ResourceName{corev1.ResourceConfigMaps, corev1.ResourceQuotas, corev1.ResourceReplicationControllers, corev1.ResourceSecrets} {
		gr := schema.GroupResource{Resource: string(name)}
		list[gr] = countOf(gr, name)
	}
	return list
}

// countName is what a quota calls the number of objects of a resource.
func countName(gr schema.GroupResource) corev1.ResourceName {
	return corev1.ResourceName("count/" + gr.String())
}

// countOf counts objects, under the names that a quota may give them.
func countOf(gr schema.GroupResource, also ...corev1.ResourceName) *measure {
	called := append([]corev1.ResourceName{countName(gr)}, also...)
	return unscoped(called, func(runtime.Object) (corev1.ResourceList, error) {
		usage := corev1.ResourceList{}
		for _, name := range called {
			usage[name] = number(1)
		}
		return usage, nil
	})
}

// unscoped is a measure without scopes and constraints.
func unscoped(called []corev1.ResourceName, usage func(runtime.Object) (corev1.ResourceList, error)) *measure {
	return &measure{
		resources:   func(of []corev1.ResourceName) []corev1.ResourceName { return quota.Intersection(of, called) },
		scope:       func(corev1.ScopedResourceSelectorRequirement, runtime.Object) (bool, error) { return false, nil },
		constraints: func([]corev1.ResourceName, runtime.Object) error { return nil },
		usage:       usage,
	}
}

func number(n int) resource.Quantity { return *resource.NewQuantity(int64(n), resource.DecimalSI) }

func measureServices() *measure {
	called := []corev1.ResourceName{countName(serviceResource), corev1.ResourceServices, corev1.ResourceServicesNodePorts, corev1.ResourceServicesLoadBalancers}
	return unscoped(called, func(obj runtime.Object) (corev1.ResourceList, error) {
		s, ok := obj.(*core.Service)
		if !ok {
			return nil, fmt.Errorf("a %T is no Service", obj)
		}
		balancers, ports := 0, 0
		switch s.Spec.Type {
		case core.ServiceTypeNodePort:
			ports = len(s.Spec.Ports)
		case core.ServiceTypeLoadBalancer:
			balancers, ports = 1, len(s.Spec.Ports)
			if allocate := s.Spec.AllocateLoadBalancerNodePorts; allocate != nil && !*allocate {
				ports = len(slices.DeleteFunc(slices.Clone(s.Spec.Ports), func(p core.ServicePort) bool { return p.NodePort == 0 }))
			}
		}
		return corev1.ResourceList{
			called[0]: number(1), corev1.ResourceServices: number(1), corev1.ResourceServicesNodePorts: number(ports),
			corev1.ResourceServicesLoadBalancers: number(balancers),
		}, nil
	})
}

const ofStorageClass = ".storageclass.storage.k8s.io/"

func measureClaims() *measure {
	called := []corev1.ResourceName{countName(claimResource), corev1.ResourcePersistentVolumeClaims, corev1.ResourceRequestsStorage}
	m := unscoped(called, func(obj runtime.Object) (corev1.ResourceList, error) {
		claim, ok := obj.(*core.PersistentVolumeClaim)
		if !ok {
			return nil, fmt.Errorf("a %T is no PersistentVolumeClaim", obj)
		}
		usage := corev1.ResourceList{called[0]: number(1), corev1.ResourcePersistentVolumeClaims: number(1)}
		if asked, ok := claim.Spec.Resources.Requests[core.ResourceStorage]; ok {
			asked = asked.DeepCopy()
			asked.RoundUp(0)
			usage[corev1.ResourceRequestsStorage] = asked
		}
		if class := corehelper.GetPersistentVolumeClaimClass(claim); class != "" {
			for _, name := range called[1:] {
				if quantity, ok := usage[name]; ok {
					usage[corev1.ResourceName(class+ofStorageClass)+name] = quantity
				}
			}
		}
		return usage, nil
	})
	m.resources = func(of []corev1.ResourceName) []corev1.ResourceName {
		return slices.DeleteFunc(slices.Clone(of), func(name corev1.ResourceName) bool {
			return !slices.Contains(called, name) && !slices.ContainsFunc(called[1:], func(c corev1.ResourceName) bool {
				return strings.HasSuffix(string(name), ofStorageClass+string(c))
			})
		})
	}
	return m
}

func measurePods() *measure {
	called := []corev1.ResourceName{
		countName(podResource), corev1.ResourcePods, corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage,
		corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceRequestsEphemeralStorage,
		corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory, corev1.ResourceLimitsEphemeralStorage,
	}
	return &measure{
		resources: func(of []corev1.ResourceName) []corev1.ResourceName {
			return slices.DeleteFunc(slices.Clone(of), func(name corev1.ResourceName) bool {
				extended := !helper.IsNativeResource(name) && strings.HasPrefix(string(name), corev1.DefaultResourceRequestsPrefix)
				return !slices.Contains(called, name) && !extended &&
					!quota.ContainsPrefix([]string{corev1.ResourceHugePagesPrefix, corev1.ResourceRequestsHugePagesPrefix}, name)
			})
		},
		scope: podInScope,
		constraints: func(limited []corev1.ResourceName, obj runtime.Object) error {
			pod, err := podV1(obj)
			if err != nil {
				return err
			}
			return unsaid(limited, pod)
		},
		usage: func(obj runtime.Object) (corev1.ResourceList, error) {
			pod, err := podV1(obj)
			if err != nil {
				return nil, err
			}
			options := resourcehelper.PodResourcesOptions{SkipPodLevelResources: true}
			usage := podUsage(resourcehelper.PodRequests(pod, options), resourcehelper.PodLimits(pod, options))
			usage[called[0]] = number(1)
			return usage, nil
		},
	}
}

func podV1(obj runtime.Object) (*corev1.Pod, error) {
	pod, ok := obj.(*core.Pod)
	if !ok {
		return nil, fmt.Errorf("a %T is no Pod", obj)
	}
	v1 := &corev1.Pod{}
	return v1, corev1conversion.Convert_core_Pod_To_v1_Pod(pod, v1, nil)
}

// podUsage is what requests and limits count for.
// Source: k8s.io/kubernetes v1.33.13 pkg/quota/v1/evaluator/core/pods.go:281-325 (podComputeUsageHelper).
func podUsage(requests, limits corev1.ResourceList) corev1.ResourceList {
	usage := corev1.ResourceList{corev1.ResourcePods: number(1)}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		if request, ok := requests[name]; ok {
			usage[name], usage[corev1.DefaultResourceRequestsPrefix+name] = request, request
		}
		if limit, ok := limits[name]; ok {
			usage["limits."+name] = limit
		}
	}
	for name, request := range requests {
		huge := strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
		if huge {
			usage[name] = request
		}
		if huge || helper.IsExtendedResourceName(name) {
			usage[corev1.DefaultResourceRequestsPrefix+name] = request
		}
	}
	return usage
}

// unsaid says which containers say nothing of a resource that is limited.
// Source: k8s.io/kubernetes v1.33.13 pkg/quota/v1/evaluator/core/pods.go:120-160, 258-280 (Constraints).
func unsaid(limited []corev1.ResourceName, pod *corev1.Pod) error {
	needed := quota.Intersection(limited, []corev1.ResourceName{
		corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory,
	})
	missing := map[corev1.ResourceName][]string{}
	for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
		for i := range containers {
			said := podUsage(containers[i].Resources.Requests, containers[i].Resources.Limits)
			for _, name := range needed {
				if !has(said, name) && !slices.Contains(missing[name], containers[i].Name) {
					missing[name] = append(missing[name], containers[i].Name)
				}
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		slices.Sort(missing[name])
		texts = append(texts, fmt.Sprintf("%s for: %s", name, strings.Join(missing[name], ",")))
	}
	return fmt.Errorf("must specify %s", strings.Join(texts, "; "))
}

// podInScope says whether a Pod is in a scope of a quota.
// Source: k8s.io/kubernetes v1.33.13 pkg/quota/v1/evaluator/core/pods.go:345-372 (podMatchesScopeFunc).
func podInScope(scope corev1.ScopedResourceSelectorRequirement, obj runtime.Object) (bool, error) {
	pod, err := podV1(obj)
	if err != nil {
		return false, err
	}
	deadline := pod.Spec.ActiveDeadlineSeconds
	ends := deadline != nil && *deadline >= 0
	switch scope.ScopeName {
	case corev1.ResourceQuotaScopeTerminating:
		return ends, nil
	case corev1.ResourceQuotaScopeNotTerminating:
		return !ends, nil
	case corev1.ResourceQuotaScopeBestEffort:
		return qos.GetPodQOS(pod) == corev1.PodQOSBestEffort, nil
	case corev1.ResourceQuotaScopeNotBestEffort:
		return qos.GetPodQOS(pod) != corev1.PodQOSBestEffort, nil
	case corev1.ResourceQuotaScopeCrossNamespacePodAffinity:
		return crossesNamespaces(pod), nil
	case corev1.ResourceQuotaScopePriorityClass:
		class := pod.Spec.PriorityClassName
		if scope.Operator == corev1.ScopeSelectorOpExists {
			return class != "", nil
		}
		selector, err := helper.ScopedResourceSelectorRequirementsAsSelector(scope)
		if err != nil {
			return false, fmt.Errorf("failed to parse and convert selector: %w", err)
		}
		set := labels.Set{}
		if class != "" {
			set[string(scope.ScopeName)] = class
		}
		return selector.Matches(set), nil
	}
	return false, nil
}

// crossesNamespaces says whether a Pod's affinities name other namespaces.
func crossesNamespaces(pod *corev1.Pod) bool {
	if pod.Spec.Affinity == nil {
		return false
	}
	var terms []corev1.PodAffinityTerm
	collect := func(required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		terms = append(terms, required...)
		for _, term := range preferred {
			terms = append(terms, term.PodAffinityTerm)
		}
	}
	if a := pod.Spec.Affinity.PodAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := pod.Spec.Affinity.PodAntiAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	return slices.ContainsFunc(terms, func(t corev1.PodAffinityTerm) bool { return len(t.Namespaces) > 0 || t.NamespaceSelector != nil })
}
