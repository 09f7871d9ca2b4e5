package backup

import (
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

// CRDRemapVersion would store a v1 CustomResourceDefinition that was made as v1beta1 as v1beta1 again: one whose first
// version has no schema, with a condition NonStructuralSchema, or with preserveUnknownFields. Profile 1.18 does so only
// if the cluster serves v1beta1, and not with EnableAPIGroupVersions; 1.6 fails the item where v1beta1 is not served.
// Source: Velero v1.18.2 pkg/backup/actions/remap_crd_version_action.go:54-180, pkg/cmd/server/plugin/plugin.go:185-194,
// v1.6.3 pkg/backup/remap_crd_version_action.go:48-150.
//
// Differs from Velero: only an API server converts between the versions, so the item stays v1 and a warning says so. A
// restore of it works: velero.io/crd-preserve-fields makes such a definition one that v1 accepts. Whether the cluster
// serves v1beta1 is told by its APIServices; without one, 1.6 takes the definition as it is.
func CRDRemapVersion() actions.Action {
	return actions.Action{
		Name:      "velero.io/crd-remap-version",
		Summary:   "backs up a CRD that was made as v1beta1 in that version; offline, tells of it",
		AppliesTo: actions.Selector{Resources: []string{"customresourcedefinitions.apiextensions.k8s.io"}},
		Needs:     []string{apiServices},
		Execute:   remapCRD,
	}
}

const apiServices = "apiservices.apiregistration.k8s.io"

func remapCRD(in *actions.Input) (*actions.Output, error) {
	version, err := field.Text(in.Item, "", "apiVersion")
	if err != nil || version != "" && version != "apiextensions.k8s.io/v1" {
		return nil, err
	}
	if _, served := in.Target.Get(apiServices, "", "v1beta1.apiextensions.k8s.io"); !served {
		return nil, nil
	}
	reason, err := oldCRD(in.Item)
	if err != nil || reason == "" {
		return nil, err
	}
	out := &actions.Output{}
	out.Warn("crd-not-remapped", "", "Velero would fetch and store it as apiextensions.k8s.io/v1beta1, since "+reason+"; offline it stays v1")
	return out, nil
}

// oldCRD says by what a definition is known as one that was made as v1beta1, "" if by nothing.
func oldCRD(crd *object.Value) (string, error) {
	versions, err := field.List(crd, "", "spec", "versions")
	if err != nil {
		return "", err
	}
	conditions, err := field.List(crd, "", "status", "conditions")
	if err != nil {
		return "", err
	}
	preserve, err := field.Get(crd, "", object.Bool, "spec", "preserveUnknownFields")
	if err != nil {
		return "", err
	}
	switch {
	case len(versions) > 0 && versions[0].Get("schema", "openAPIV3Schema").IsNull():
		return "its first version has no schema", nil
	case slices.ContainsFunc(conditions, func(c *object.Value) bool { return c.Get("type").Is("NonStructuralSchema") }):
		return "its schema is not structural", nil
	case preserve.True():
		return "it preserves unknown fields", nil
	}
	return "", nil
}
