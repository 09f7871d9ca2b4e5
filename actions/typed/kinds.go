package typed

import (
	"reflect"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

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
	Definition            = lazily[apiextensionsv1.CustomResourceDefinition]()
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
var Service119 = of119[corev1.Service](false)

// known119 are those of Velero 1.6.
var known119 = map[string]func() *object.Shape{
	"pods":            of119[corev1.Pod](true),
	"services":        of119[corev1.Service](true),
	"serviceaccounts": of119[corev1.ServiceAccount](true),
	"jobs.batch":      of119[batchv1.Job](true),
}

// known are the types that Velero 1.18 always writes items of a resource back from, without fields that the type lacks.
var known = map[string]func() *object.Shape{
	"pods":                   strictly[corev1.Pod](),
	"services":               strictly[corev1.Service](),
	"serviceaccounts":        strictly[corev1.ServiceAccount](),
	"persistentvolumeclaims": strictly[corev1.PersistentVolumeClaim](),
	"jobs.batch":             strictly[batchv1.Job](),
}

// Known is the shape that an item of the resource must have if no field of it is to be lost, with the types of Kubernetes
// 1.19 if old is set; nil for other resources.
func Known(resource string, old bool) *object.Shape {
	list := known
	if old {
		list = known119
	}
	if shape := list[resource]; shape != nil {
		return shape()
	}
	return nil
}

func of119[T any](strict bool) func() *object.Shape {
	return sync.OnceValue(func() *object.Shape {
		b := builder{known: map[reflect.Type]*object.Shape{}, strict: strict, old: true}
		return b.shape(reflect.TypeFor[T]())
	})
}

func strictly[T any]() func() *object.Shape {
	return sync.OnceValue(func() *object.Shape {
		var example T
		b := builder{known: map[reflect.Type]*object.Shape{}, strict: true}
		return b.shape(reflect.TypeOf(example))
	})
}

func lazily[T any]() func() *object.Shape {
	return sync.OnceValue(func() *object.Shape {
		var example T
		return ShapeOf(example)
	})
}
