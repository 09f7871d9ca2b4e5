package config

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/modifiers"
)

// Modifiers returns the resource modifiers that the Restore names, from a ConfigMap among the target's objects; nil if
// it names none. Source: Velero v1.18.2 pkg/controller/restore_controller.go:407-424.
func Modifiers(restore *velero.Restore, veleroNamespace string, objects []*object.Value) (*modifiers.Rules, error) {
	ref := restore.Spec.ResourceModifier
	if ref == nil || !strings.EqualFold(ref.Kind, "ConfigMap") {
		return nil, nil
	}
	for _, o := range objects {
		if o.ObjectKind() == "ConfigMap" && o.Namespace() == veleroNamespace && o.Name() == ref.Name {
			return modifiers.Parse(o.JSON())
		}
	}
	return nil, fmt.Errorf("the Restore names ConfigMap %s/%s with resource modifiers, which nobody gave: add it with -f, or give --resource-modifier-configmap FILE",
		veleroNamespace, ref.Name)
}
