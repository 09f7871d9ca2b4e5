package apiserver

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/scheduling"
)

// prioritize gives a Pod the priority of its class.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/priority/admission.go:150-215 (Priority, admitPod).
func (s *state) prioritize(_ *call, a admission.Attributes) error {
	pod, ok := a.GetObject().(*core.Pod)
	if !ok {
		return nil
	}
	if old, ok := a.GetOldObject().(*core.Pod); ok {
		if pod.Spec.Priority == nil {
			pod.Spec.Priority = old.Spec.Priority
		}
		if pod.Spec.PreemptionPolicy == nil {
			pod.Spec.PreemptionPolicy = old.Spec.PreemptionPolicy
		}
		return nil
	}
	class := &schedulingv1.PriorityClass{Value: scheduling.DefaultPriorityWhenNoDefaultClassExists, PreemptionPolicy: &preempts}
	switch name := pod.Spec.PriorityClassName; {
	case name != "":
		found, ok := get[*schedulingv1.PriorityClass](s, priorityResource, "", name)
		if !ok {
			return admission.NewForbidden(a, fmt.Errorf("no PriorityClass with name %v was found", name))
		}
		class = found
	default:
		if given := s.defaultPriority(); given != nil {
			class = given
		}
		pod.Spec.PriorityClassName = class.Name
	}
	if pod.Spec.Priority != nil && *pod.Spec.Priority != class.Value {
		return admission.NewForbidden(a, fmt.Errorf("the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name", *pod.Spec.Priority, class.Value))
	}
	value := class.Value
	pod.Spec.Priority = &value
	if class.PreemptionPolicy == nil {
		return nil
	}
	policy := core.PreemptionPolicy(*class.PreemptionPolicy)
	if pod.Spec.PreemptionPolicy != nil && *pod.Spec.PreemptionPolicy != policy {
		return admission.NewForbidden(a, fmt.Errorf("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name", *pod.Spec.PreemptionPolicy, policy))
	}
	pod.Spec.PreemptionPolicy = &policy
	return nil
}

var preempts = corev1.PreemptLowerPriority

// defaultPriority is the class of Pods that name none: of those that are said to be it, the lowest.
func (s *state) defaultPriority() *schedulingv1.PriorityClass {
	var found *schedulingv1.PriorityClass
	for _, class := range list[*schedulingv1.PriorityClass](s, priorityResource, "") {
		if class.GlobalDefault && (found == nil || found.Value > class.Value) {
			found = class
		}
	}
	return found
}

// checkPriority lets there be one default class.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/priority/admission.go:218-235 (validatePriorityClass).
func (s *state) checkPriority(_ *call, a admission.Attributes) error {
	class, ok := a.GetObject().(*scheduling.PriorityClass)
	if !ok || !class.GlobalDefault {
		return nil
	}
	other := s.defaultPriority()
	if other == nil || a.GetOperation() == admission.Update && other.Name == class.Name {
		return nil
	}
	return admission.NewForbidden(a, fmt.Errorf("PriorityClass %v is already marked as default. Only one default can exist", other.Name))
}
