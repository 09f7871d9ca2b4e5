package apiserver

import (
	"errors"
	"fmt"

	nodev1 "k8s.io/api/node/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/node"
	nodev1conversion "k8s.io/kubernetes/pkg/apis/node/v1"
	"k8s.io/kubernetes/pkg/util/tolerations"
)

var errOverhead = errors.New("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")

// runtime is the RuntimeClass of a new Pod, nil for none.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/runtimeclass/admission.go:138-165 (RuntimeClass, prepareObjects).
func (s *state) runtime(a admission.Attributes) (*core.Pod, *node.RuntimeClass, error) {
	pod, ok := a.GetObject().(*core.Pod)
	if !ok || a.GetOperation() != admission.Create {
		return nil, nil, nil
	}
	name := pod.Spec.RuntimeClassName
	if name == nil {
		return pod, nil, nil
	}
	if *name == "" {
		return pod, nil, errors.New("resource name may not be empty") // the lookup itself fails
	}
	found, ok := get[*nodev1.RuntimeClass](s, runtimeClassResource, "", *name)
	if !ok {
		return pod, nil, admission.NewForbidden(a, fmt.Errorf("pod rejected: RuntimeClass %q not found", *name))
	}
	class := &node.RuntimeClass{}
	return pod, class, nodev1conversion.Convert_v1_RuntimeClass_To_node_RuntimeClass(found.DeepCopy(), class, nil)
}

// giveRuntime gives a Pod the overhead and the scheduling of its RuntimeClass.
func (s *state) giveRuntime(_ *call, a admission.Attributes) error {
	pod, class, err := s.runtime(a)
	if err != nil || class == nil {
		return err
	}
	if class.Overhead != nil {
		if len(pod.Spec.Overhead) > 0 && !equality.Semantic.DeepEqual(class.Overhead.PodFixed, pod.Spec.Overhead) {
			return admission.NewForbidden(a, errOverhead)
		}
		pod.Spec.Overhead = class.Overhead.PodFixed
	}
	if class.Scheduling == nil {
		return nil
	}
	for key, value := range class.Scheduling.NodeSelector {
		if has, ok := pod.Spec.NodeSelector[key]; ok && has != value {
			return admission.NewForbidden(a, fmt.Errorf("conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s", key, value, key, has))
		}
		if pod.Spec.NodeSelector == nil {
			pod.Spec.NodeSelector = map[string]string{}
		}
		pod.Spec.NodeSelector[key] = value
	}
	pod.Spec.Tolerations = tolerations.MergeTolerations(pod.Spec.Tolerations, class.Scheduling.Tolerations)
	return nil
}

// checkRuntime holds the overhead of a Pod against that of its RuntimeClass.
func (s *state) checkRuntime(_ *call, a admission.Attributes) error {
	pod, class, err := s.runtime(a)
	switch {
	case err != nil || pod == nil:
		return err
	case class != nil && class.Overhead != nil:
		if !equality.Semantic.DeepEqual(class.Overhead.PodFixed, pod.Spec.Overhead) {
			return admission.NewForbidden(a, errOverhead)
		}
	case pod.Spec.Overhead != nil:
		return admission.NewForbidden(a, errors.New("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"))
	}
	return nil
}
