package apiserver

import (
	"errors"
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/transform/apiserver/registry"
)

// params are the objects that a policy is evaluated with, each in turn; nil is none.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/policy/generic/policy_dispatcher.go:230-340 (CollectParams).
func (p *policies) params(kind *admissionv1.ParamKind, ref *admissionv1.ParamRef, namespace string) ([]runtime.Object, error) {
	if kind == nil || ref == nil {
		return []runtime.Object{nil}, nil
	}
	all, scope, ok := p.paramsOf(kind)
	if !ok {
		return nil, fmt.Errorf("paramKind kind `%v` not known", kind.String())
	}
	switch {
	case scope.Name() == meta.RESTScopeNameRoot:
		if ref.Namespace != "" {
			return nil, errors.New("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
		}
		namespace = ""
	case ref.Namespace != "":
		namespace = ref.Namespace
	case namespace == "":
		return nil, errors.New("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
	}
	chosen, err := choose(ref)
	if err != nil {
		return nil, err
	}
	var found []runtime.Object
	for _, obj := range all {
		m, err := meta.Accessor(obj)
		if err == nil && m.GetNamespace() == namespace && chosen(m) {
			found = append(found, withKind(obj, kind))
		}
	}
	if action := ref.ParameterNotFoundAction; len(found) == 0 && action != nil && *action == admissionv1.DenyAction {
		return nil, errors.New("no params found for policy binding with `Deny` parameterNotFoundAction")
	}
	return found, nil
}

// choose says which objects a reference means.
func choose(ref *admissionv1.ParamRef) (func(metav1.Object) bool, error) {
	switch {
	case ref.Name != "" && ref.Selector != nil:
		return nil, errors.New("paramRef.name and paramRef.selector are mutually exclusive")
	case ref.Name != "":
		return func(m metav1.Object) bool { return m.GetName() == ref.Name }, nil
	case ref.Selector != nil:
		selector, err := metav1.LabelSelectorAsSelector(ref.Selector)
		return func(m metav1.Object) bool { return selector.Matches(labels.Set(m.GetLabels())) }, err
	}
	return nil, errors.New("one of name or selector must be provided")
}

// paramsOf are all objects of the kind that is given as parameters.
func (p *policies) paramsOf(kind *admissionv1.ParamKind) ([]runtime.Object, meta.RESTScope, bool) {
	gv, err := schema.ParseGroupVersion(kind.APIVersion)
	if err != nil {
		return nil, nil, false
	}
	gvk := gv.WithKind(kind.Kind)
	var all []runtime.Object
	if _, scope, ok := p.custom.resourceOf(gvk); ok {
		for _, u := range p.custom.objects[gvk] {
			all = append(all, u)
		}
		return all, scope, true
	}
	if !registry.Scheme().Recognizes(gvk) {
		return nil, nil, false
	}
	plural, _ := meta.UnsafeGuessKindToResource(gvk)
	scope := meta.RESTScopeRoot
	for namespace := range p.state.objects[plural.GroupResource()] {
		if namespace != "" {
			scope = meta.RESTScopeNamespace
		}
		all = append(all, list[runtime.Object](p.state, plural.GroupResource(), namespace)...)
	}
	if len(all) == 0 {
		scope = meta.RESTScopeNamespace
	}
	return all, scope, true
}

// withKind is the object with its kind, which typed objects have lost.
func withKind(obj runtime.Object, kind *admissionv1.ParamKind) runtime.Object {
	if !obj.GetObjectKind().GroupVersionKind().Empty() {
		return obj
	}
	again := obj.DeepCopyObject()
	again.GetObjectKind().SetGroupVersionKind(schema.FromAPIVersionAndKind(kind.APIVersion, kind.Kind))
	return again
}
