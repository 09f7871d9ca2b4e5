package apiserver

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
)

// admitNamespaced lets nothing new into a namespace that is not there or is being deleted.
// Source: k8s.io/apiserver v0.33.13 pkg/admission/plugin/namespace/lifecycle/admission.go:70-168 (NamespaceLifecycle).
func (s *state) admitNamespaced(_ *call, a admission.Attributes) error {
	if a.GetNamespace() == "" || a.GetResource().GroupResource() == namespaceResource || a.GetOperation() != admission.Create {
		return nil
	}
	ns, ok := get[*corev1.Namespace](s, namespaceResource, "", a.GetNamespace())
	if !ok {
		return apierrors.NewNotFound(namespaceResource, a.GetNamespace())
	}
	if ns.Status.Phase != corev1.NamespaceTerminating {
		return nil
	}
	err := apierrors.NewForbidden(a.GetResource().GroupResource(), a.GetName(),
		fmt.Errorf("unable to create new content in namespace %s because it is being terminated", a.GetNamespace()))
	err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{
		Type: corev1.NamespaceTerminatingCause, Message: fmt.Sprintf("namespace %s is being terminated", a.GetNamespace()), Field: "metadata.namespace",
	})
	return err
}
