package registry

import (
	"context"
	"fmt"
	"math"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	schemavalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/equality"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/registry/rest"
)

// CustomVersion is what a CustomResourceDefinition says of one of its versions.
type CustomVersion struct {
	Kind       schema.GroupVersionKind
	Namespaced bool
	Typer      runtime.ObjectTyper
	Schema     schemavalidation.SchemaValidator
	Structural *structural.Structural
	Status     *apiextensions.CustomResourceSubresourceStatus
	Scale      *apiextensions.CustomResourceSubresourceScale

	rules *cel.Validator
}

// Strategy is the strategy of the custom resources of a version.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/registry/customresource/strategy.go:60-330.
func (v *CustomVersion) Strategy() rest.RESTCreateStrategy {
	v.rules = cel.NewValidator(v.Structural, true, celconfig.PerCallLimit)
	return of(strategy[*unstructured.Unstructured]{
		ObjectTyper: v.Typer, namespaced: v.Namespaced,
		prepare: func(_ context.Context, u *unstructured.Unstructured) {
			if v.Status != nil {
				delete(u.Object, "status")
			}
			u.SetGeneration(1)
		},
		prepareUpdate:  v.prepareUpdate,
		validate:       v.validate,
		validateUpdate: v.validateUpdate,
	})
}

func (v *CustomVersion) prepareUpdate(_ context.Context, u, old *unstructured.Unstructured) {
	if v.Status != nil {
		delete(u.Object, "status")
		if status, has := old.Object["status"]; has {
			u.Object["status"] = status
		}
	}
	if !equality.Semantic.DeepEqual(withoutMetadata(u), withoutMetadata(old)) {
		u.SetGeneration(old.GetGeneration() + 1)
	}
}

func withoutMetadata(u *unstructured.Unstructured) map[string]any {
	rest := map[string]any{}
	for name, value := range u.Object {
		if name != "metadata" {
			rest[name] = value
		}
	}
	return rest
}

func (v *CustomVersion) validate(ctx context.Context, u *unstructured.Unstructured) field.ErrorList {
	errs := v.typeErrors(u)
	if len(errs) == 0 {
		errs = append(errs, apivalidation.ValidateObjectMetaAccessor(u, v.Namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))...)
		errs = append(errs, schemavalidation.ValidateCustomResource(nil, u.Object, v.Schema)...)
		errs = append(errs, v.scaleErrors(u)...)
	}
	errs = append(errs, objectmeta.Validate(nil, u.Object, v.Structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, v.Structural, u.Object)...)
	return v.obey(ctx, u, nil, errs)
}

func (v *CustomVersion) validateUpdate(ctx context.Context, u, old *unstructured.Unstructured) field.ErrorList {
	pair := common.NewCorrelatedObject(u.Object, old.Object, &model.Structural{Structural: v.Structural})
	errs := v.typeErrors(u)
	if len(errs) == 0 {
		errs = append(errs, apivalidation.ValidateObjectMetaAccessorUpdate(u, old, field.NewPath("metadata"))...)
		errs = append(errs, schemavalidation.ValidateCustomResourceUpdate(nil, u.Object, old.Object, v.Schema, schemavalidation.WithRatcheting(pair))...)
		errs = append(errs, v.scaleErrors(u)...)
	}
	errs = append(errs, objectmeta.Validate(nil, u.Object, v.Structural, false)...)
	if len(listtype.ValidateListSetsAndMaps(nil, v.Structural, old.Object)) == 0 {
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, v.Structural, u.Object)...)
	}
	return v.obey(ctx, u, old, errs, cel.WithRatcheting(pair))
}

// obey evaluates the rules of the schema, where nothing keeps them from being evaluated.
func (v *CustomVersion) obey(ctx context.Context, u, old *unstructured.Unstructured, errs field.ErrorList, options ...cel.Option) field.ErrorList {
	if v.rules == nil {
		return errs
	}
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return append(errs, field.Invalid(nil, nil, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
		}
	}
	var before any
	if old != nil {
		before = old.Object
	}
	broken, _ := v.rules.Validate(ctx, nil, v.Structural, u.Object, before, celconfig.RuntimeCELCostBudget, options...)
	return append(errs, broken...)
}

func (v *CustomVersion) typeErrors(u *unstructured.Unstructured) field.ErrorList {
	var errs field.ErrorList
	if u.GetKind() != v.Kind.Kind {
		errs = append(errs, field.Invalid(field.NewPath("kind"), u.GetKind(), "must be "+v.Kind.Kind))
	}
	if want := v.Kind.GroupVersion().String(); u.GetAPIVersion() != want {
		errs = append(errs, field.Invalid(field.NewPath("apiVersion"), u.GetAPIVersion(), "must be "+want))
	}
	return errs
}

// scaleErrors are those of the fields that the scale subresource reads.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/registry/customresource/validator.go:128-180.
func (v *CustomVersion) scaleErrors(u *unstructured.Unstructured) field.ErrorList {
	if v.Scale == nil {
		return nil
	}
	var errs field.ErrorList
	for _, path := range []string{v.Scale.SpecReplicasPath, v.Scale.StatusReplicasPath} {
		n, _, err := unstructured.NestedInt64(u.Object, fieldsOf(path)...)
		switch {
		case err != nil:
			errs = append(errs, field.Invalid(field.NewPath(path), n, err.Error()))
		case n < 0:
			errs = append(errs, field.Invalid(field.NewPath(path), n, "should be a non-negative integer"))
		case n > math.MaxInt32:
			errs = append(errs, field.Invalid(field.NewPath(path), n, fmt.Sprintf("should be less than or equal to %v", math.MaxInt32)))
		}
	}
	if path := v.Scale.LabelSelectorPath; path != nil {
		if selector, _, err := unstructured.NestedString(u.Object, fieldsOf(*path)...); err != nil {
			errs = append(errs, field.Invalid(field.NewPath(*path), selector, err.Error()))
		}
	}
	return errs
}

func fieldsOf(path string) []string { return strings.Split(strings.TrimPrefix(path, "."), ".") }

// Definitions is the strategy of CustomResourceDefinitions.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/registry/customresourcedefinition/strategy.go:60-160.
func Definitions(typer runtime.ObjectTyper) rest.RESTCreateStrategy {
	store := func(crd *apiextensions.CustomResourceDefinition) {
		for _, version := range crd.Spec.Versions {
			if version.Storage {
				if !apiextensions.IsStoredVersion(crd, version.Name) {
					crd.Status.StoredVersions = append(crd.Status.StoredVersions, version.Name)
				}
				return
			}
		}
	}
	return of(strategy[*apiextensions.CustomResourceDefinition]{
		ObjectTyper: typer,
		prepare: func(_ context.Context, crd *apiextensions.CustomResourceDefinition) {
			crd.Status, crd.Generation = apiextensions.CustomResourceDefinitionStatus{}, 1
			store(crd)
		},
		prepareUpdate: func(_ context.Context, crd, old *apiextensions.CustomResourceDefinition) {
			crd.Status = old.Status
			if !equality.Semantic.DeepEqual(old.Spec, crd.Spec) {
				crd.Generation = old.Generation + 1
			}
			store(crd)
		},
		validate: validation.ValidateCustomResourceDefinition, validateUpdate: validation.ValidateCustomResourceDefinitionUpdate,
	})
}
