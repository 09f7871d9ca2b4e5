package apiserver

import (
	"slices"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/json"

	"github.com/veltx/veltx/transform/apiserver/registry"
)

// definitions is the resource of CustomResourceDefinitions.
var definitions = schema.GroupResource{Group: apiextensions.GroupName, Resource: "customresourcedefinitions"}

// definitionScheme is the scheme of the part of the API server that serves definitions.
type definitionScheme struct {
	scheme   *runtime.Scheme
	strategy rest.RESTCreateStrategy
	iface    admission.ObjectInterfaces
}

func newDefinitionScheme() *definitionScheme {
	d := &definitionScheme{scheme: runtime.NewScheme()}
	utilruntime.Must(apiextensions.AddToScheme(d.scheme))
	utilruntime.Must(apiextensionsv1.AddToScheme(d.scheme))
	d.strategy = registry.Definitions(d.scheme)
	d.iface = newInterfaces(d.scheme, runtime.NewEquivalentResourceRegistry())
	return d
}

// serve fills in what serves a call.
func (d *definitionScheme) serve(c *call) {
	c.strategy, c.iface = d.strategy, d.iface
	c.decode = func(c *call) error { return decode(d.scheme, c) }
}

// read reads a definition of the target.
func (d *definitionScheme) read(text []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := json.UnmarshalCaseSensitivePreserveInts(text, crd); err != nil {
		return nil, err
	}
	d.scheme.Default(crd)
	return crd, nil
}

// of is the definition that was created, without its schemas, nil for anything else.
func (d *definitionScheme) of(obj runtime.Object) *apiextensionsv1.CustomResourceDefinition {
	internal, ok := obj.(*apiextensions.CustomResourceDefinition)
	if !ok {
		return nil
	}
	bare := *internal
	bare.Spec.Validation = nil
	bare.Spec.Versions = slices.Clone(bare.Spec.Versions)
	for i := range bare.Spec.Versions {
		bare.Spec.Versions[i].Schema = nil
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := d.scheme.Convert(&bare, crd, nil); err != nil {
		return nil
	}
	return crd
}

// establish says of a definition of the target that it is established, where what was given of it does not say how it is.
func establish(obj runtime.Object) {
	crd, ok := obj.(*apiextensions.CustomResourceDefinition)
	if !ok || len(crd.Status.Conditions) > 0 {
		return
	}
	crd.Status.Conditions = []apiextensions.CustomResourceDefinitionCondition{{Type: apiextensions.Established, Status: apiextensions.ConditionTrue}}
}
