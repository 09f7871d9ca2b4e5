package apiserver

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/klauspost/compress/s2"
	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/registry"
)

// custom are the resources of the target's CustomResourceDefinitions, those of the restore among them.
type custom struct {
	definitions map[schema.GroupResource]*definition
	objects     map[schema.GroupVersionKind][]*unstructured.Unstructured // of the target, which policies may take as parameters
}

func newCustom() *custom {
	return &custom{definitions: map[schema.GroupResource]*definition{}, objects: map[schema.GroupVersionKind][]*unstructured.Unstructured{}}
}

func (c *custom) of(gr schema.GroupResource) *definition { return c.definitions[gr] }

// keeps takes an object of the target in whose kind a definition may define.
func (c *custom) keeps(given *object.Value) bool {
	gv, err := schema.ParseGroupVersion(given.APIVersion())
	if err != nil || !strings.Contains(gv.Group, ".") || decodeGiven(given) != nil {
		return false
	}
	u := &unstructured.Unstructured{}
	if u.UnmarshalJSON(given.JSON()) == nil {
		gvk := gv.WithKind(given.ObjectKind())
		c.objects[gvk] = append(c.objects[gvk], u)
	}
	return true
}

// definition serves the resources of one CustomResourceDefinition. Its schemas are large, and most are never needed: it keeps
// their text, packed.
type definition struct {
	crd      *apiextensionsv1.CustomResourceDefinition // without schemas
	packed   []byte
	scheme   *definitionScheme
	versions map[string]*customVersion
}

// customVersion is one version of it, made when the first object comes.
type customVersion struct {
	strategy   rest.RESTCreateStrategy
	structural *structural.Structural
	iface      admission.ObjectInterfaces
	err        error
}

// define takes in a definition. One of the target is served if it says that it is established; one that the restore makes is once its
// names are accepted.
func (s *Server) define(crd *apiextensionsv1.CustomResourceDefinition, text []byte, given bool) {
	gr := schema.GroupResource{Group: crd.Spec.Group, Resource: crd.Spec.Names.Plural}
	if given && len(crd.Status.Conditions) > 0 && !apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Established) {
		return
	}
	if s.custom.takenNames(crd) {
		return
	}
	for i := range crd.Spec.Versions {
		crd.Spec.Versions[i].Schema = nil
	}
	s.custom.definitions[gr] = &definition{crd: crd, packed: bytes.Clone(s2.Encode(nil, text)), scheme: s.served.definitions, versions: map[string]*customVersion{}}
}

// takenNames says whether another definition of the group has one of its names.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/controller/status/naming_controller.go (calculateNamesAndConditions).
func (c *custom) takenNames(crd *apiextensionsv1.CustomResourceDefinition) bool {
	names := func(d *apiextensionsv1.CustomResourceDefinition) []string {
		n := d.Spec.Names
		return append([]string{n.Plural, n.Singular}, n.ShortNames...)
	}
	for _, other := range c.definitions {
		if other.crd.Spec.Group != crd.Spec.Group || other.crd.Name == crd.Name {
			continue
		}
		n, o := crd.Spec.Names, other.crd.Spec.Names
		if n.Kind == o.Kind || n.Kind == o.ListKind || n.ListKind == o.Kind || n.ListKind != "" && n.ListKind == o.ListKind {
			return true
		}
		if slices.ContainsFunc(names(crd), func(name string) bool { return name != "" && slices.Contains(names(other.crd), name) }) {
			return true
		}
	}
	return false
}

// serve fills in what serves a call. Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/apiserver/customresource_handler.go (ServeHTTP).
func (d *definition) serve(c *call) error {
	at := slices.IndexFunc(d.crd.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool {
		return v.Name == c.gvr.Version && v.Served
	})
	if at < 0 {
		return errNoSuchPath
	}
	if (d.crd.Spec.Scope == apiextensionsv1.NamespaceScoped) != (c.namespace != "") {
		return errNoSuchResource()
	}
	if d.crd.DeletionTimestamp != nil || apihelpers.IsCRDConditionTrue(d.crd, apiextensionsv1.Terminating) {
		return apierrors.NewMethodNotSupported(c.gvr.GroupResource(), "create")
	}
	c.gvk = c.gvr.GroupVersion().WithKind(d.crd.Spec.Names.Kind)
	v := d.version(c)
	if v.err != nil {
		return apierrors.NewInternalError(v.err)
	}
	c.strategy, c.iface = v.strategy, v.iface
	c.decode = func(c *call) error { return d.decode(c, v) }
	return nil
}

func (d *definition) version(c *call) *customVersion {
	if v := d.versions[c.gvr.Version]; v != nil {
		return v
	}
	equivalent := runtime.NewEquivalentResourceRegistry()
	for _, version := range d.crd.Spec.Versions {
		equivalent.RegisterKindFor(c.gvr.GroupResource().WithVersion(version.Name), "", c.gvk.GroupKind().WithVersion(version.Name))
	}
	v := &customVersion{iface: &admission.RuntimeObjectInterfaces{
		ObjectCreater: unstructuredScheme{}, ObjectTyper: crdserverscheme.NewUnstructuredObjectTyper(), ObjectDefaulter: unstructuredScheme{},
		ObjectConvertor: unstructuredScheme{}, EquivalentResourceMapper: equivalent,
	}}
	crd, err := d.read()
	if err == nil {
		err = v.prepare(crd, c)
	}
	v.err = err
	d.versions[c.gvr.Version] = v
	return v
}

func (d *definition) read() (*apiextensionsv1.CustomResourceDefinition, error) {
	text, err := s2.Decode(nil, d.packed)
	if err != nil {
		return nil, err
	}
	return d.scheme.read(text)
}

// prepare compiles the schema and the rules of a version.
func (v *customVersion) prepare(crd *apiextensionsv1.CustomResourceDefinition, c *call) error {
	given, err := apihelpers.GetSchemaForVersion(crd, c.gvr.Version)
	if err != nil {
		return err
	}
	var props *apiextensions.JSONSchemaProps
	if given != nil {
		internal := &apiextensions.CustomResourceValidation{}
		if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(given, internal, nil); err != nil {
			return err
		}
		props = internal.OpenAPIV3Schema
		if v.structural, err = structural.NewStructural(props); err != nil {
			return err
		}
		if err := defaulting.PruneDefaults(v.structural); err != nil {
			return err
		}
	}
	validator, _, err := validation.NewSchemaValidator(props)
	if err != nil {
		return err
	}
	status, scale, err := subresources(crd, c.gvr.Version)
	if err != nil {
		return err
	}
	v.strategy = (&registry.CustomVersion{
		Kind: c.gvk, Namespaced: c.namespace != "", Typer: crdserverscheme.NewUnstructuredObjectTyper(), Schema: validator, Structural: v.structural,
		Status: status, Scale: scale,
	}).Strategy()
	return nil
}

func subresources(crd *apiextensionsv1.CustomResourceDefinition, version string) (*apiextensions.CustomResourceSubresourceStatus, *apiextensions.CustomResourceSubresourceScale, error) {
	given, err := apihelpers.GetSubresourcesForVersion(crd, version)
	if err != nil || given == nil {
		return nil, nil, err
	}
	internal := &apiextensions.CustomResourceSubresources{}
	err = apiextensionsv1.Convert_v1_CustomResourceSubresources_To_apiextensions_CustomResourceSubresources(given, internal, nil)
	return internal.Status, internal.Scale, err
}

// decode reads the body, drops what the schema does not have, and fills in defaults.
// Source: k8s.io/apiextensions-apiserver v0.33.13 pkg/apiserver/customresource_handler.go (unstructuredSchemaCoercer).
func (d *definition) decode(c *call, v *customVersion) error {
	content, ok := c.content().(map[string]any)
	if !ok {
		return apierrors.NewBadRequest("the body is no custom resource")
	}
	u := &unstructured.Unstructured{Object: content}
	if u.GroupVersionKind() != c.gvk {
		return apierrors.NewBadRequest("the kind in the data (" + u.GroupVersionKind().String() + ") does not match the expected kind (" + c.gvk.String() + ")")
	}
	m, found, err := objectmeta.GetObjectMeta(u.Object, false)
	if err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	if err := d.coerce(u, v); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	if found {
		if err := objectmeta.SetObjectMeta(u.Object, m); err != nil {
			return apierrors.NewBadRequest(err.Error())
		}
	}
	c.obj = u
	return nil
}

func (d *definition) coerce(u *unstructured.Unstructured, v *customVersion) error {
	apiVersion, kind := u.GetAPIVersion(), u.GetKind()
	if !d.crd.Spec.PreserveUnknownFields {
		pruning.Prune(u.Object, v.structural, true)
		defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, v.structural)
	}
	if err := objectmeta.Coerce(nil, u.Object, v.structural, false, false); err != nil {
		return err
	}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	defaulting.Default(u.Object, v.structural)
	return nil
}

// unstructuredScheme knows every kind as an unstructured object. It converts by name alone, as a definition without a
// conversion webhook does.
type unstructuredScheme struct{}

// New implements runtime.ObjectCreater.
func (unstructuredScheme) New(gvk schema.GroupVersionKind) (runtime.Object, error) {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(gvk)
	return u, nil
}

// Default implements runtime.ObjectDefaulter: decoding has done so.
func (unstructuredScheme) Default(runtime.Object) {}

// Convert implements runtime.ObjectConvertor.
func (unstructuredScheme) Convert(in, out, _ any) error {
	from, ok := in.(*unstructured.Unstructured)
	to, also := out.(*unstructured.Unstructured)
	if !ok || !also {
		return errors.New("only custom resources are converted")
	}
	gvk := to.GroupVersionKind()
	to.Object = from.DeepCopy().Object
	to.SetGroupVersionKind(gvk)
	return nil
}

// ConvertToVersion implements runtime.ObjectConvertor.
func (unstructuredScheme) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}

// ConvertFieldLabel implements runtime.ObjectConvertor.
func (unstructuredScheme) ConvertFieldLabel(_ schema.GroupVersionKind, label, value string) (string, string, error) {
	return label, value, nil
}

func (c *call) isCustom() bool {
	_, ok := c.obj.(*unstructured.Unstructured)
	return ok
}

// resourceOf is the resource of a kind that a definition defines, and its scope.
func (c *custom) resourceOf(gvk schema.GroupVersionKind) (schema.GroupResource, meta.RESTScope, bool) {
	for gr, d := range c.definitions {
		if gr.Group == gvk.Group && d.crd.Spec.Names.Kind == gvk.Kind {
			if d.crd.Spec.Scope == apiextensionsv1.NamespaceScoped {
				return gr, meta.RESTScopeNamespace, true
			}
			return gr, meta.RESTScopeRoot, true
		}
	}
	return schema.GroupResource{}, nil, false
}
