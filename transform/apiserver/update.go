package apiserver

import (
	"bytes"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/structured-merge-diff/v4/fieldpath"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// Patch implements pipeline.APIServer.
// Source: k8s.io/apiserver v0.33.13 pkg/endpoints/handlers/patch.go, pkg/registry/generic/registry/store.go (Update).
func (s *Server) Patch(resource string, from, to *object.Value) pipeline.Answer {
	if err := s.update(resource, from, to); err != nil {
		return refused(err)
	}
	return pipeline.Answer{Code: 200}
}

func (s *Server) update(resource string, from, to *object.Value) error {
	before, err := s.read(resource, from)
	if err != nil || before == nil {
		return nil //nolint:nilerr // the target's object is what it is
	}
	after, err := s.read(resource, to)
	if err != nil || after == nil {
		return err
	}
	strategy, ok := after.strategy.(rest.RESTUpdateStrategy)
	if !ok {
		return nil
	}
	establish(before.obj)
	for _, c := range []*call{before, after} {
		if err := stored(c.obj); err != nil {
			return err
		}
	}
	if err := s.admission.mutate(after, s.updating(after, before.obj)); err != nil {
		return err
	}
	if c := after; c.gvr.GroupResource() == serviceResource {
		finish, err := s.services.update(c, before.obj)
		if err != nil {
			return err
		}
		defer finish()
	}
	if err := rest.BeforeUpdate(strategy, after.ctx, after.obj, before.obj); err != nil {
		return err
	}
	if err := s.admission.validate(after, s.updating(after, before.obj)); err != nil {
		return err
	}
	return s.convert(after)
}

// read decodes one side of a patch; nil where it is served by someone whose rules are not known.
func (s *Server) read(resource string, o *object.Value) (*call, error) {
	c := &call{sent: o, namespace: o.Namespace(), name: o.Name()}
	if err := s.serve(c, resource); err != nil {
		return nil, err
	}
	if c.strategy == nil {
		return nil, nil
	}
	c.ctx = s.context(c, "patch")
	return c, c.decode(c)
}

// stored gives an object what the server sets: here both sides of a patch have the same.
func stored(obj runtime.Object) error {
	m, err := meta.Accessor(obj)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	m.SetUID("1")
	m.SetResourceVersion("1")
	m.SetManagedFields(nil)
	m.SetCreationTimestamp(metav1.Unix(1, 0))
	return nil
}

func (s *Server) updating(c *call, old runtime.Object) admission.Attributes {
	return admission.NewAttributesRecord(c.obj, old, c.gvk, c.namespace, c.name, c.gvr, "", admission.Update, &metav1.PatchOptions{}, false, s.user)
}

// managed is the server's answer to the patch by which Velero gives a created object its managedFields back.
func (s *Server) managed(c *call, fields []metav1.ManagedFieldsEntry) error {
	if errs := metavalidation.ValidateManagedFields(fields, field.NewPath("metadata", "managedFields")); len(errs) > 0 && readable(fields) {
		return apierrors.NewInvalid(c.gvk.GroupKind(), c.name, errs)
	}
	if !s.admission.watches() {
		return nil
	}
	again := *c
	again.obj = c.obj.DeepCopyObject()
	if err := stored(again.obj); err != nil {
		return err
	}
	attributes := s.updating(&again, again.obj)
	if err := s.admission.webhooks.mutate(&again, attributes); err != nil {
		return err
	}
	if err := s.admission.policies.validate(&again, attributes); err != nil {
		return err
	}
	return s.admission.webhooks.validate(&again, attributes)
}

// readable says whether the server can read all of them; else it keeps what the object has.
// Source: k8s.io/apimachinery v0.33.13 pkg/util/managedfields/internal/managedfields.go (DecodeManagedFields).
func readable(fields []metav1.ManagedFieldsEntry) bool {
	return !slices.ContainsFunc(fields, func(f metav1.ManagedFieldsEntry) bool {
		if f.Operation != metav1.ManagedFieldsOperationApply && f.Operation != metav1.ManagedFieldsOperationUpdate || f.FieldsType != "FieldsV1" {
			return true
		}
		return f.FieldsV1 != nil && new(fieldpath.Set).FromJSON(bytes.NewReader(f.FieldsV1.Raw)) != nil
	})
}
