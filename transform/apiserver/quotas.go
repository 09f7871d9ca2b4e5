package apiserver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	quota "k8s.io/apiserver/pkg/quota/v1"
)

// quotas are the ResourceQuotas of the target, used up by what the restore creates.
type quotas struct {
	state    *state
	measures map[schema.GroupResource]*measure
}

func newQuotas(s *state) *quotas { return &quotas{state: s, measures: newMeasures()} }

// check says whether the quotas of the namespace allow the object; charge counts it. A quota that this restore brings has no
// status yet, and a controller that may be late: it is left aside.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/resourcequota/controller.go:370-580 (CheckRequest).
func (q *quotas) check(a admission.Attributes) (charge func(), err error) {
	nothing := func() {}
	all := q.of(a.GetNamespace())
	if len(all) == 0 {
		return nothing, nil
	}
	m := q.measure(a.GetResource().GroupResource())
	if m == nil {
		return nothing, nil
	}
	obj := a.GetObject()
	var matching []*corev1.ResourceQuota
	for _, one := range all {
		matches, err := m.matches(one, obj)
		if err != nil {
			return nil, err
		}
		if !matches {
			continue
		}
		limited := m.resources(quota.ResourceNames(one.Status.Hard))
		if err := m.constraints(limited, obj); err != nil {
			return nil, admission.NewForbidden(a, fmt.Errorf("failed quota: %s: %w", one.Name, err))
		}
		if slices.ContainsFunc(limited, func(name corev1.ResourceName) bool { return !has(one.Status.Used, name) }) {
			return nil, admission.NewForbidden(a, fmt.Errorf("status unknown for quota: %s, resources: %s", one.Name, names(limited)))
		}
		matching = append(matching, one)
	}
	usage, err := m.usage(obj)
	if err != nil {
		return nil, err
	}
	if negative := quota.IsNegative(usage); len(negative) > 0 {
		return nil, admission.NewForbidden(a, fmt.Errorf("quota usage is negative for resource(s): %s", names(negative)))
	}
	usage = quota.RemoveZeros(usage)
	used := map[*corev1.ResourceQuota]corev1.ResourceList{}
	for _, one := range matching {
		asked := quota.Mask(usage, quota.ResourceNames(one.Status.Hard))
		then := quota.Add(one.Status.Used, asked)
		if allowed, exceeded := quota.LessThanOrEqual(quota.Mask(then, quota.ResourceNames(asked)), one.Status.Hard); !allowed {
			return nil, admission.NewForbidden(a, fmt.Errorf("exceeded quota: %s, requested: %s, used: %s, limited: %s", one.Name,
				amounts(quota.Mask(asked, exceeded)), amounts(quota.Mask(one.Status.Used, exceeded)), amounts(quota.Mask(one.Status.Hard, exceeded))))
		}
		used[one] = then
	}
	return func() {
		for one, then := range used {
			one.Status.Used = then
		}
	}, nil
}

func (q *quotas) of(namespace string) []*corev1.ResourceQuota {
	if namespace == "" {
		return nil
	}
	return slices.DeleteFunc(list[*corev1.ResourceQuota](q.state, quotaResource, namespace), func(one *corev1.ResourceQuota) bool {
		return len(one.Status.Hard) == 0
	})
}

// measure is how a resource counts, nil for one that no quota looks at.
func (q *quotas) measure(gr schema.GroupResource) *measure {
	if gr.Resource == "events" {
		return nil
	}
	m := q.measures[gr]
	if m == nil {
		m = countOf(gr)
		q.measures[gr] = m
	}
	return m
}

func has(l corev1.ResourceList, name corev1.ResourceName) bool {
	_, ok := l[name]
	return ok
}

func names(list []corev1.ResourceName) string {
	texts := make([]string, len(list))
	for i, name := range list {
		texts[i] = string(name)
	}
	slices.Sort(texts)
	return strings.Join(texts, ",")
}

func amounts(of corev1.ResourceList) string {
	var texts []string
	for _, name := range slices.SortedFunc(maps.Keys(of), cmp.Compare[corev1.ResourceName]) {
		quantity := of[name]
		texts = append(texts, fmt.Sprintf("%s=%s", name, quantity.String()))
	}
	return strings.Join(texts, ",")
}
