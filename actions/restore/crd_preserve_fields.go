package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CRDPreserveFields rewrites a v1 CustomResourceDefinition with spec.preserveUnknownFields, which the v1 API refuses:
// the field goes (false is what it means when it is missing) and every version that has a schema gets
// x-kubernetes-preserve-unknown-fields at its root instead. Versions before v1 stay as they are.
// Source: Velero v1.18.2 pkg/restore/actions/crd_v1_preserve_unknown_fields_action.go:48-108, v1.6.3
// pkg/restore/crd_v1_preserve_unknown_fields_action.go:48-108.
func CRDPreserveFields() actions.Action {
	return actions.Action{
		Name:      "velero.io/crd-preserve-fields",
		Summary:   "moves a CRD's preserveUnknownFields into the schemas of its versions",
		AppliesTo: actions.Selector{Resources: []string{layout.CRDs}},
		Archive:   true,
		Retypes:   func(in *actions.Input) bool { return in.Item.APIVersion() == "apiextensions.k8s.io/v1" },
		Execute: func(in *actions.Input) (*actions.Output, error) {
			version, err := field.GetStrict(in.Item, "", object.String, "apiVersion")
			if err != nil || !version.Is("apiextensions.k8s.io/v1") {
				return nil, err
			}
			if err := in.Item.Fits(typed.Definition()); err != nil {
				return nil, &actions.Failure{ID: "wrong-type", Err: err}
			}
			if !in.Item.Get("spec", "preserveUnknownFields").True() {
				return nil, nil
			}
			for _, v := range in.Item.Get("spec", "versions").Elements() {
				if schema := v.Get("schema", "openAPIV3Schema"); !schema.IsNull() {
					schema.Set("x-kubernetes-preserve-unknown-fields", object.Boolean(true))
				}
			}
			in.Item.Remove("spec", "preserveUnknownFields")
			return nil, nil
		},
	}
}
