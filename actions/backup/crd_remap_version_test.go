package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/object"
)

func TestCRDRemapVersion(t *testing.T) {
	old := []string{`{kind: APIService, metadata: {name: v1beta1.apiextensions.k8s.io}}`}
	noted := []string{"crd-not-remapped"}
	copies := actions.Backup{InVersion: func(ref actions.ItemRef, version string) *object.Value {
		if ref != (actions.ItemRef{Resource: "customresourcedefinitions.apiextensions.k8s.io", Name: "a"}) || version != "v1beta1" {
			return nil
		}
		return actiontest.Parse(t, `{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: a}, spec: {version: v1}}`)
	}}
	actiontest.Run(t, CRDRemapVersion(actions.V1_18), []actiontest.Case{{
		Name: "a version without a schema", Target: old, Notices: noted,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "a schema that is not structural", Target: old, Notices: noted,
		Item: `
			apiVersion: apiextensions.k8s.io/v1
			metadata: {name: a}
			spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}
			status: {conditions: [{type: Established}, {type: NonStructuralSchema}]}`,
	}, {
		Name: "unknown fields that are preserved", Target: old, Notices: noted,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {preserveUnknownFields: true, versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "a definition that was made as v1", Target: old,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "the source has it in v1beta1", Backup: copies,
		Item: `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
		Want: `{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: a}, spec: {version: v1}}`,
	}, {
		Name: "the source has another in v1beta1", Backup: copies, Target: old, Notices: noted,
		Item: `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: b}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "a definition that was made as v1, though the source has it in v1beta1", Backup: copies,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "1.6 asks in every cluster", Profile: actions.V1_6, Notices: noted,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "a cluster that serves v1 only",
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "a definition that is v1beta1 already", Target: old,
		Item: `{apiVersion: apiextensions.k8s.io/v1beta1, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "versions of a wrong type fail", Target: old, Err: "spec.versions: is string, not an array",
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: v1}}`,
	}})
	actiontest.Selector(t, CRDRemapVersion(actions.V1_18), "", "customresourcedefinitions.apiextensions.k8s.io")
}
