package backup

import (
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CRDRemapVersion stores a v1 CustomResourceDefinition that was made as v1beta1 as v1beta1 again: one whose first version
// has no schema, with a condition NonStructuralSchema, or with preserveUnknownFields. Profile 1.18 does so only if the
// cluster serves v1beta1 (up to Kubernetes 1.21), and not with EnableAPIGroupVersions; 1.6 fails the item where v1beta1 is
// not served.
// Source: Velero v1.18.2 pkg/backup/actions/remap_crd_version_action.go:54-180, pkg/cmd/server/plugin/plugin.go:185-194,
// v1.6.3 pkg/backup/remap_crd_version_action.go:48-150.
//
// Differs from Velero: it fetches the v1beta1 form from the API server, the only one to convert between the versions. Here
// that form is the copy in v1beta1 that the source holds; without one the item stays v1 and a warning says so. A restore
// of it works: velero.io/crd-preserve-fields makes such a definition one that v1 accepts. Whether the cluster serves
// v1beta1 is told by such a copy and by its APIServices; where both are missing, 1.6 does not fail the definition either.
func CRDRemapVersion(profile actions.Profile) actions.Action {
	action := actions.Action{
		Name:      "velero.io/crd-remap-version",
		Summary:   "backs up a CRD made as v1beta1 in that version, if the source has it so",
		AppliesTo: actions.Selector{Resources: []string{layout.CRDs}},
		Needs:     []string{layout.APIServices},
		Execute:   remapCRD,
	}
	if profile.Does(actions.RemapsDefinitionsUnlessGroupVersions) {
		action.Unless = actions.FeatureAPIGroupVersions
	}
	return action
}

const (
	oldVersion   = "v1beta1"
	oldGroupName = "apiextensions.k8s.io/" + oldVersion
)

func remapCRD(in *actions.Input) (*actions.Output, error) {
	version, err := field.Text(in.Item, "", "apiVersion")
	if err != nil || version != "" && version != "apiextensions.k8s.io/v1" {
		return nil, err
	}
	old := in.Backup.Copy(actions.ItemRef{Resource: layout.CRDs, Name: in.Item.Name()}, oldVersion)
	_, served := in.Target.Get(layout.APIServices, "", oldVersion+".apiextensions.k8s.io")
	if old == nil && !served && in.Profile.Does(actions.RemapsDefinitionsUnlessGroupVersions) {
		return nil, nil
	}
	reason, err := oldCRD(in.Item)
	if err != nil || reason == "" {
		return nil, err
	}
	out := &actions.Output{}
	if old == nil {
		out.Notice("crd-not-remapped", "", keptAsV1(served)+", since "+reason+"; offline it stays v1")
		return out, nil
	}
	*in.Item = *old.Clone()
	out.Explain("", "stored as "+oldGroupName+", since "+reason)
	return out, nil
}

// keptAsV1 says what Velero would do that cannot be done here.
func keptAsV1(served bool) string {
	if served {
		return "Velero would fetch and store it as " + oldGroupName
	}
	return "Velero would fetch and store it as " + oldGroupName + ", and fail it in a cluster that does not serve that"
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
