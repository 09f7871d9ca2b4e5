package apiserver

import (
	"fmt"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/object"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
)

// selectors are those of a webhook or a policy: which namespaces and objects it sees.
type selectors struct{ namespaces, objects *metav1.LabelSelector }

// GetParsedObjectSelector implements object.ObjectSelectorProvider.
func (s selectors) GetParsedObjectSelector() (labels.Selector, error) {
	return metav1.LabelSelectorAsSelector(s.objects)
}

// selects says whether the selectors select the object and its namespace. The errors count only where the rules match, too.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/webhook/predicates/namespace/matcher.go:60-136.
func (s *state) selects(of selectors, a admission.Attributes) (matches bool, err error) {
	matches, err = s.selectsNamespace(of.namespaces, a)
	if !matches && err == nil {
		return false, nil
	}
	within, wrong := (&object.Matcher{}).MatchObjectSelector(of, a)
	switch {
	case wrong != nil:
		if err == nil {
			err = wrong
		}
		return true, err
	case !within:
		return false, nil
	}
	return true, err
}

func (s *state) selectsNamespace(selector *metav1.LabelSelector, a admission.Attributes) (bool, error) {
	isNamespace := a.GetResource().Resource == namespaceResource.Resource
	if a.GetNamespace() == "" && !isNamespace {
		return true, nil
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, apierrors.NewInternalError(err)
	}
	if parsed.Empty() {
		return true, nil
	}
	if isNamespace {
		m, err := meta.Accessor(a.GetObject())
		if err != nil {
			return false, apierrors.NewInternalError(err)
		}
		return parsed.Matches(labels.Set(m.GetLabels())), nil
	}
	ns, ok := get[*corev1.Namespace](s, namespaceResource, "", a.GetNamespace())
	if !ok {
		return false, apierrors.NewNotFound(namespaceResource, a.GetNamespace())
	}
	return parsed.Matches(labels.Set(ns.Labels)), nil
}

// seen is the version in which a webhook or a policy sees an object.
type seen struct {
	resource schema.GroupVersionResource
	kind     schema.GroupVersionKind
}

// as is a request for an equivalent resource.
type as struct {
	admission.Attributes
	resource schema.GroupVersionResource
}

// GetResource implements admission.Attributes.
func (a as) GetResource() schema.GroupVersionResource { return a.resource }

// ruled finds the rule that a request is under, and the version that the rule names: that of the request, else one that is the same
// resource, where equivalents count.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/matching/matching.go:130-201, pkg/admission/plugin/webhook/generic/webhook.go:165-215.
func ruled(list []admissionv1.NamedRuleWithOperations, equivalents bool, c *call, a admission.Attributes) (*seen, error) {
	matches := func(rule *admissionv1.NamedRuleWithOperations, a admission.Attributes) bool {
		m := rules.Matcher{Rule: rule.RuleWithOperations, Attr: a}
		return m.Matches() && (len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, a.GetName()))
	}
	for i := range list {
		if matches(&list[i], a) {
			return &seen{a.GetResource(), a.GetKind()}, nil
		}
	}
	if !equivalents {
		return nil, nil
	}
	mapper := c.iface.GetEquivalentResourceMapper()
	for i := range list {
		for _, resource := range mapper.EquivalentResourcesFor(a.GetResource(), "") {
			if resource == a.GetResource() || !matches(&list[i], as{a, resource}) {
				continue
			}
			kind := mapper.KindFor(resource, "")
			if kind.Empty() {
				return nil, fmt.Errorf("unable to convert to %v: unknown kind", resource)
			}
			return &seen{resource, kind}, nil
		}
	}
	return nil, nil
}

// versions are a request's objects in the versions that webhooks and policies see, made once.
type versions struct {
	c    *call
	a    admission.Attributes
	made map[schema.GroupVersionKind]*admission.VersionedAttributes
}

func newVersions(c *call, a admission.Attributes) *versions {
	return &versions{c, a, map[schema.GroupVersionKind]*admission.VersionedAttributes{}}
}

func (v *versions) of(kind schema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	if made := v.made[kind]; made != nil {
		return made, nil
	}
	made, err := admission.NewVersionedAttributes(v.a, kind, v.c.iface)
	if err == nil {
		v.made[kind] = made
	}
	return made, err
}
