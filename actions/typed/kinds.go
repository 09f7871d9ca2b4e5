package typed

import (
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/veltx/veltx/tarball/object"
)

// Shapes of the types that Velero's actions use, made when they are first asked for.
var (
	Pod                   = lazily[corev1.Pod]()
	Service               = lazily[corev1.Service]()
	ServiceAccount        = lazily[corev1.ServiceAccount]()
	Secret                = lazily[corev1.Secret]()
	PersistentVolume      = lazily[corev1.PersistentVolume]()
	PersistentVolumeClaim = lazily[corev1.PersistentVolumeClaim]()
	StatefulSet           = lazily[appsv1.StatefulSet]()
	Job                   = lazily[batchv1.Job]()
	RoleBinding           = lazily[rbacv1.RoleBinding]()
	ClusterRoleBinding    = lazily[rbacv1.ClusterRoleBinding]()
	StorageClass          = lazily[storageClass]()
)

// storageClass has the fields of k8s.io/api/storage/v1's; to link all of that package for it would cost more.
type storageClass struct {
	meta                 `json:",inline"`
	Provisioner          string                        `json:"provisioner"`
	Parameters           map[string]string             `json:"parameters"`
	ReclaimPolicy        *string                       `json:"reclaimPolicy"`
	MountOptions         []string                      `json:"mountOptions"`
	AllowVolumeExpansion *bool                         `json:"allowVolumeExpansion"`
	VolumeBindingMode    *string                       `json:"volumeBindingMode"`
	AllowedTopologies    []corev1.TopologySelectorTerm `json:"allowedTopologies"`
}

// Service119 is a Service in Kubernetes 1.19, whose types Velero 1.6 has: it passes over what came later, of any type.
var Service119 = sync.OnceValue(func() *object.Shape {
	s := ShapeOf(corev1.Service{})
	for _, newer := range []string{
		"clusterIPs", "ipFamilies", "ipFamilyPolicy", "allocateLoadBalancerNodePorts", "loadBalancerClass", "internalTrafficPolicy",
		"trafficDistribution",
	} {
		delete(s.Fields["spec"].Fields, newer)
	}
	return s
})

func lazily[T any]() func() *object.Shape {
	return sync.OnceValue(func() *object.Shape {
		var example T
		return ShapeOf(example)
	})
}
