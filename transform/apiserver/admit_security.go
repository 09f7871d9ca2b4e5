package apiserver

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurity enforces the Pod Security levels of namespaces.
// Source: k8s.io/pod-security-admission v0.33.13 admission/admission.go:240-500 (ValidateNamespace, ValidatePod, EvaluatePod).
type podSecurity struct {
	state     *state
	evaluator policy.Evaluator
	defaults  api.Policy
}

func newPodSecurity(s *state) (*podSecurity, error) {
	latest := api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	return &podSecurity{state: s, evaluator: evaluator, defaults: api.Policy{Enforce: latest, Audit: latest, Warn: latest}}, err
}

func (p *podSecurity) validate(_ *call, a admission.Attributes) error {
	switch obj := a.GetObject().(type) {
	case *core.Namespace:
		return p.validateNamespace(obj, a)
	case *core.Pod:
		return p.validatePod(obj, a)
	}
	return nil
}

// validateNamespace refuses labels that name no level, where they are new.
func (p *podSecurity) validateNamespace(ns *core.Namespace, a admission.Attributes) error {
	_, errs := api.PolicyToEvaluate(ns.Labels, p.defaults)
	if len(errs) == 0 {
		return nil
	}
	if old, ok := a.GetOldObject().(*core.Namespace); ok {
		if _, before := api.PolicyToEvaluate(old.Labels, p.defaults); sameErrors(errs, before) {
			return nil
		}
	}
	return apierrors.NewInvalid(a.GetKind().GroupKind(), a.GetName(), errs)
}

func sameErrors(a, b field.ErrorList) bool {
	return len(a) == len(b) && a.ToAggregate().Error() == b.ToAggregate().Error()
}

func (p *podSecurity) validatePod(pod *core.Pod, a admission.Attributes) error {
	level, _ := api.PolicyToEvaluate(p.state.namespaceLabels(a.GetNamespace()), p.defaults)
	if level.Enforce.Level == api.LevelPrivileged {
		return nil
	}
	if old, ok := a.GetOldObject().(*core.Pod); ok && sameImages(pod, old) {
		return nil
	}
	v1 := &corev1.Pod{}
	if err := corev1conversion.Convert_core_Pod_To_v1_Pod(pod, v1, nil); err != nil {
		return apierrors.NewBadRequest("failed to decode object")
	}
	result := policy.AggregateCheckResults(p.evaluator.EvaluatePod(level.Enforce, &v1.ObjectMeta, &v1.Spec))
	if result.Allowed {
		return nil
	}
	return apierrors.NewForbidden(a.GetResource().GroupResource(), a.GetName(), fmt.Errorf("violates PodSecurity %q: %s", level.Enforce.String(), result.ForbiddenDetail()))
}

// sameImages says that an update changes nothing that is looked at again.
func sameImages(pod, old *core.Pod) bool {
	same := func(a, b []core.Container) bool {
		if len(a) != len(b) {
			return false
		}
		for i := range a {
			if a[i].Image != b[i].Image {
				return false
			}
		}
		return true
	}
	return same(pod.Spec.Containers, old.Spec.Containers) && same(pod.Spec.InitContainers, old.Spec.InitContainers) &&
		len(pod.Spec.EphemeralContainers) == len(old.Spec.EphemeralContainers)
}
