package needs

import (
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// defaultClasses are the annotations that make a class the default one.
// Source: Kubernetes v1.33.13 pkg/volume/util/storageclass.go:76-85, plugin/pkg/admission/network/defaultingressclass/admission.go:137.
var defaultClasses = map[string][]string{
	layout.StorageClasses:     {"storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"},
	IngressClasses:            {"ingressclass.kubernetes.io/is-default-class"},
	layout.CSISnapshotClasses: {"snapshot.storage.kubernetes.io/is-default-class"},
}

// IsDefaultClass says whether a class of a resource is the default one.
func IsDefaultClass(resource string, class *object.Value) bool {
	return slices.ContainsFunc(defaultClasses[resource], func(name string) bool { return class.Annotation(name) == "true" })
}
