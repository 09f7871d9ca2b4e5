package backup

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestCRDRemapVersion(t *testing.T) {
	old := []string{`{kind: APIService, metadata: {name: v1beta1.apiextensions.k8s.io}}`}
	warned := []string{"crd-not-remapped"}
	actiontest.Run(t, CRDRemapVersion(), []actiontest.Case{{
		Name: "a version without a schema", Target: old, Warnings: warned,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{name: v1}]}}`,
	}, {
		Name: "a schema that is not structural", Target: old, Warnings: warned,
		Item: `
			apiVersion: apiextensions.k8s.io/v1
			metadata: {name: a}
			spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}
			status: {conditions: [{type: Established}, {type: NonStructuralSchema}]}`,
	}, {
		Name: "unknown fields that are preserved", Target: old, Warnings: warned,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {preserveUnknownFields: true, versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "a definition that was made as v1", Target: old,
		Item: `{apiVersion: apiextensions.k8s.io/v1, metadata: {name: a}, spec: {versions: [{schema: {openAPIV3Schema: {}}}]}}`,
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
	actiontest.Selector(t, CRDRemapVersion(), "", "customresourcedefinitions.apiextensions.k8s.io")
}
