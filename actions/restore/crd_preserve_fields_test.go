package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestCRDPreserveFields(t *testing.T) {
	actiontest.Run(t, CRDPreserveFields(), []actiontest.Case{{
		Name: "the flag moves into the schema of every version that has one",
		Item: `
			apiVersion: apiextensions.k8s.io/v1
			spec:
			  preserveUnknownFields: true
			  versions:
			  - {name: v1, schema: {openAPIV3Schema: {type: object, unknown: 1.0}}}
			  - {name: v2, schema: {openAPIV3Schema: {x-kubernetes-preserve-unknown-fields: false}}}
			  - {name: v3, schema: {openAPIV3Schema: null}}
			  - {name: v4, schema: {}}
			  - {name: v5}`,
		Want: `
			apiVersion: apiextensions.k8s.io/v1
			spec:
			  versions:
			  - {name: v1, schema: {openAPIV3Schema: {type: object, unknown: 1.0, x-kubernetes-preserve-unknown-fields: true}}}
			  - {name: v2, schema: {openAPIV3Schema: {x-kubernetes-preserve-unknown-fields: true}}}
			  - {name: v3, schema: {openAPIV3Schema: null}}
			  - {name: v4, schema: {}}
			  - {name: v5}`,
	}, {
		Name: "an archive gets the same", Archive: true,
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {preserveUnknownFields: true}}`,
		Want: `{apiVersion: apiextensions.k8s.io/v1, spec: {}}`,
	}, {
		Name: "false stays, and so do the schemas",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {preserveUnknownFields: false, versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "so it is without the field",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {versions: [{schema: {openAPIV3Schema: {}}}]}}`,
	}, {
		Name: "v1beta1 may have it",
		Item: `{apiVersion: apiextensions.k8s.io/v1beta1, spec: {preserveUnknownFields: true}}`,
	}, {
		Name: "no version at all",
		Item: `{spec: {preserveUnknownFields: true}}`,
	}, {
		Name: "apiVersion of the wrong type",
		Item: `{apiVersion: null}`,
		Err:  "apiVersion: is null, not a string",
	}, {
		Name: "preserveUnknownFields of the wrong type",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {preserveUnknownFields: "true"}}`,
		Err:  "spec.preserveUnknownFields: is string, not a boolean",
	}, {
		Name: "versions of the wrong type",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {versions: {}}}`,
		Err:  "spec.versions: is object, not an array",
	}, {
		Name: "a schema of the wrong type",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {preserveUnknownFields: true, versions: [{}, {schema: {openAPIV3Schema: []}}]}}`,
		Err:  "spec.versions[1].schema.openAPIV3Schema: is array, not an object",
	}, {
		Name: "also where nothing is to be done",
		Item: `{apiVersion: apiextensions.k8s.io/v1, spec: {versions: [{schema: x}]}}`,
		Err:  "spec.versions[0].schema: is string, not an object",
	}})
	actiontest.Selector(t, CRDPreserveFields(), "", "customresourcedefinitions.apiextensions.k8s.io")
}
