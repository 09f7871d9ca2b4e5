package apiserver

import (
	"cmp"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/helper"
	"k8s.io/kubernetes/pkg/apis/networking"
)

// giveStorageClass gives a new claim the default class.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/storage/storageclass/setdefault/admission.go:84-120 (DefaultStorageClass).
func (s *state) giveStorageClass(_ *call, a admission.Attributes) error {
	claim, ok := a.GetObject().(*core.PersistentVolumeClaim)
	if !ok || a.GetOperation() != admission.Create || helper.PersistentVolumeClaimHasClass(claim) {
		return nil
	}
	// Source: k8s.io/kubernetes v1.33.13 pkg/volume/util/storageclass.go (GetDefaultClass).
	class := newestDefault(list[*storagev1.StorageClass](s, storageClassResource, ""),
		"storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
	if class != "" {
		claim.Spec.StorageClassName = &class
	}
	return nil
}

// giveIngressClass gives a new Ingress the default class.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/network/defaultingressclass/admission.go:80-156 (DefaultIngressClass).
func (s *state) giveIngressClass(_ *call, a admission.Attributes) error {
	ingress, ok := a.GetObject().(*networking.Ingress)
	if !ok || a.GetOperation() != admission.Create || ingress.Spec.IngressClassName != nil {
		return nil
	}
	if _, named := ingress.Annotations["kubernetes.io/ingress.class"]; named {
		return nil
	}
	class := newestDefault(list[*networkingv1.IngressClass](s, ingressClassResource, ""), networkingv1.AnnotationIsDefaultIngressClass)
	if class != "" {
		ingress.Spec.IngressClassName = &class
	}
	return nil
}

// newestDefault is the name of the class that one of the annotations says is the default; of some, the newest.
func newestDefault[T metav1.Object](classes []T, annotations ...string) string {
	classes = slices.DeleteFunc(classes, func(c T) bool {
		return !slices.ContainsFunc(annotations, func(name string) bool { return c.GetAnnotations()[name] == "true" })
	})
	if len(classes) == 0 {
		return ""
	}
	return slices.MinFunc(classes, func(a, b T) int {
		return cmp.Or(b.GetCreationTimestamp().Compare(a.GetCreationTimestamp().Time), cmp.Compare(a.GetName(), b.GetName()))
	}).GetName()
}

// protect adds the finalizers that keep volumes and claims in use from going.
// Source: k8s.io/kubernetes v1.33.13 plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go:70-130.
func protect(_ *call, a admission.Attributes) error {
	if a.GetOperation() != admission.Create {
		return nil
	}
	switch o := a.GetObject().(type) {
	case *core.PersistentVolume:
		addFinalizer(o, "kubernetes.io/pv-protection")
	case *core.PersistentVolumeClaim:
		addFinalizer(o, "kubernetes.io/pvc-protection")
	}
	return nil
}

func addFinalizer(o metav1.Object, name string) {
	if has := o.GetFinalizers(); !slices.Contains(has, name) {
		o.SetFinalizers(append(has, name))
	}
}
