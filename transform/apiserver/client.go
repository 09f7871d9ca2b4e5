//go:build apiserver

package apiserver

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	nodev1client "k8s.io/client-go/kubernetes/typed/node/v1"
)

// client is what admission plugins ask when their caches lack an object. The caches hold all there is, so it finds nothing.
// Other methods than those below are never called.
type client struct{ kubernetes.Interface }

// CoreV1 implements kubernetes.Interface.
func (client) CoreV1() corev1client.CoreV1Interface { return core{} }

// NodeV1 implements kubernetes.Interface.
func (client) NodeV1() nodev1client.NodeV1Interface { return node{} }

type core struct{ corev1client.CoreV1Interface }

type node struct{ nodev1client.NodeV1Interface }

// ServiceAccounts implements the getter of corev1client.CoreV1Interface.
func (core) ServiceAccounts(string) corev1client.ServiceAccountInterface { return serviceAccounts{} }

// Namespaces implements the getter of corev1client.CoreV1Interface.
func (core) Namespaces() corev1client.NamespaceInterface { return namespaces{} }

// LimitRanges implements the getter of corev1client.CoreV1Interface.
func (core) LimitRanges(string) corev1client.LimitRangeInterface { return limitRanges{} }

// RuntimeClasses implements the getter of nodev1client.NodeV1Interface.
func (node) RuntimeClasses() nodev1client.RuntimeClassInterface { return runtimeClasses{} }

type (
	serviceAccounts struct {
		corev1client.ServiceAccountInterface
	}
	namespaces struct {
		corev1client.NamespaceInterface
	}
	limitRanges struct {
		corev1client.LimitRangeInterface
	}
	runtimeClasses struct {
		nodev1client.RuntimeClassInterface
	}
)

// Get finds none. The error is not of the kind "not found", at which the plugin would wait and ask again; it has its words.
func (serviceAccounts) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.ServiceAccount, error) {
	return nil, fmt.Errorf("serviceaccount %q not found", name)
}

// Get finds none.
func (namespaces) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.Namespace, error) {
	return nil, apierrors.NewNotFound(corev1.Resource("namespaces"), name)
}

// List finds none.
func (limitRanges) List(context.Context, metav1.ListOptions) (*corev1.LimitRangeList, error) {
	return &corev1.LimitRangeList{}, nil
}

// Get finds none.
func (runtimeClasses) Get(_ context.Context, name string, _ metav1.GetOptions) (*nodev1.RuntimeClass, error) {
	return nil, apierrors.NewNotFound(nodev1.Resource("runtimeclasses"), name)
}
