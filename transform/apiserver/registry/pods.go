package registry

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/helper/qos"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// pods is the strategy of Pods.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/pod/strategy.go:81-160.
func pods() strategy[*core.Pod] {
	options := func(pod, old *core.Pod) validation.PodValidationOptions {
		var spec *core.PodSpec
		var metadata *metav1.ObjectMeta
		if old != nil {
			spec, metadata = &old.Spec, &old.ObjectMeta
		}
		o := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, spec, &pod.ObjectMeta, metadata)
		o.ResourceIsPod = true
		return o
	}
	return of(strategy[*core.Pod]{
		namespaced: true, unconditional: true,
		prepare: func(_ context.Context, pod *core.Pod) {
			pod.Generation = 1
			pod.Status = core.PodStatus{Phase: core.PodPending, QOSClass: qos.GetPodQOS(pod)}
			podutil.DropDisabledPodFields(pod, nil)
			gate(pod)
			selectByKeys(pod)
			syncAppArmor(pod)
		},
		prepareUpdate: func(_ context.Context, pod, old *core.Pod) {
			pod.Status = old.Status
			podutil.DropDisabledPodFields(pod, old)
			if !equality.Semantic.DeepEqual(pod.Spec, old.Spec) {
				pod.Generation++
			}
		},
		validate: func(_ context.Context, pod *core.Pod) field.ErrorList {
			return validation.ValidatePodCreate(pod, options(pod, nil))
		},
		validateUpdate: func(_ context.Context, pod, old *core.Pod) field.ErrorList {
			return validation.ValidatePodUpdate(pod, old, options(pod, old))
		},
	})
}

// gate notes that a Pod with scheduling gates is not scheduled.
func gate(pod *core.Pod) {
	if len(pod.Spec.SchedulingGates) == 0 {
		return
	}
	podutil.UpdatePodCondition(&pod.Status, &core.PodCondition{
		Type: core.PodScheduled, Status: core.ConditionFalse, Reason: corev1.PodReasonSchedulingGated,
		Message: "Scheduling is blocked due to non-empty scheduling gates",
	})
}

// selectByKeys turns the label keys of Pod affinities into requirements.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/pod/strategy.go:767-815 (mutatePodAffinity).
func selectByKeys(pod *core.Pod) {
	if pod.Spec.Affinity == nil {
		return
	}
	var terms []*core.PodAffinityTerm
	collect := func(required []core.PodAffinityTerm, preferred []core.WeightedPodAffinityTerm) {
		for i := range preferred {
			terms = append(terms, &preferred[i].PodAffinityTerm)
		}
		for i := range required {
			terms = append(terms, &required[i])
		}
	}
	if a := pod.Spec.Affinity.PodAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := pod.Spec.Affinity.PodAntiAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	for _, term := range terms {
		if term.LabelSelector == nil {
			continue
		}
		require(term.LabelSelector, term.MatchLabelKeys, metav1.LabelSelectorOpIn, pod.Labels)
		require(term.LabelSelector, term.MismatchLabelKeys, metav1.LabelSelectorOpNotIn, pod.Labels)
	}
}

func require(selector *metav1.LabelSelector, keys []string, operator metav1.LabelSelectorOperator, labels map[string]string) {
	for _, key := range keys {
		if value, ok := labels[key]; ok {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: []string{value}})
		}
	}
}

// syncAppArmor makes the annotations and the fields of AppArmor profiles say the same.
// Source: k8s.io/kubernetes v1.33.13 pkg/registry/core/pod/strategy.go:841-905 (applyAppArmorVersionSkew).
func syncAppArmor(pod *core.Pod) {
	if pod.Spec.OS != nil && pod.Spec.OS.Name == core.Windows {
		return
	}
	var ofPod *core.AppArmorProfile
	if pod.Spec.SecurityContext != nil {
		ofPod = pod.Spec.SecurityContext.AppArmorProfile
	}
	podutil.VisitContainers(&pod.Spec, podutil.AllFeatureEnabledContainers(), func(c *core.Container, _ podutil.ContainerType) bool {
		key := core.DeprecatedAppArmorAnnotationKeyPrefix + c.Name
		annotation, annotated := pod.Annotations[key]
		var own *core.AppArmorProfile
		if c.SecurityContext != nil {
			own = c.SecurityContext.AppArmorProfile
		}
		switch {
		case !annotated:
			annotate(pod, key, own, ofPod)
		case own == nil:
			profile := profileOf(annotation)
			if profile == nil || len(validation.ValidateAppArmorProfileField(profile, &field.Path{})) > 0 || equality.Semantic.DeepEqual(profile, ofPod) {
				return true
			}
			if c.SecurityContext == nil {
				c.SecurityContext = &core.SecurityContext{}
			}
			c.SecurityContext.AppArmorProfile = profile
		}
		return true
	})
}

func annotate(pod *core.Pod, key string, own, ofPod *core.AppArmorProfile) {
	chosen := own
	if chosen == nil {
		chosen = ofPod
	}
	if chosen == nil {
		return
	}
	value := ""
	switch chosen.Type {
	case core.AppArmorProfileTypeUnconfined:
		value = core.DeprecatedAppArmorAnnotationValueUnconfined
	case core.AppArmorProfileTypeRuntimeDefault:
		value = core.DeprecatedAppArmorAnnotationValueRuntimeDefault
	case core.AppArmorProfileTypeLocalhost:
		if chosen.LocalhostProfile != nil {
			value = core.DeprecatedAppArmorAnnotationValueLocalhostPrefix + *chosen.LocalhostProfile
		}
	}
	if value == "" {
		return
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[key] = value
}

func profileOf(annotation string) *core.AppArmorProfile {
	switch annotation {
	case core.DeprecatedAppArmorAnnotationValueUnconfined:
		return &core.AppArmorProfile{Type: core.AppArmorProfileTypeUnconfined}
	case core.DeprecatedAppArmorAnnotationValueRuntimeDefault:
		return &core.AppArmorProfile{Type: core.AppArmorProfileTypeRuntimeDefault}
	}
	name, local := strings.CutPrefix(annotation, core.DeprecatedAppArmorAnnotationValueLocalhostPrefix)
	if !local || name == "" {
		return nil
	}
	return &core.AppArmorProfile{Type: core.AppArmorProfileTypeLocalhost, LocalhostProfile: &name}
}
