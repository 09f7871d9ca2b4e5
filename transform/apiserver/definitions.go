//go:build apiserver

package apiserver

import (
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
)

// definitions is the resource of CustomResourceDefinitions.
var definitions = schema.GroupResource{Group: apiextensions.GroupName, Resource: "customresourcedefinitions"}

// definitionScheme is the scheme of the part of the API server that serves definitions.
type definitionScheme struct {
	scheme   *runtime.Scheme
	codecs   serializer.CodecFactory
	strategy rest.RESTCreateStrategy
	iface    admission.ObjectInterfaces
}

func newDefinitionScheme() *definitionScheme {
	d := &definitionScheme{scheme: runtime.NewScheme()}
	install.Install(d.scheme)
	d.codecs = serializer.NewCodecFactory(d.scheme)
	d.strategy = customresourcedefinition.NewStrategy(d.scheme)
	d.iface = newInterfaces(d.scheme, runtime.NewEquivalentResourceRegistry())
	return d
}

// serve fills in what serves a call.
func (d *definitionScheme) serve(c *call) {
	c.strategy, c.iface = d.strategy, d.iface
	c.decode = func(c *call) error { return decodeWith(d.codecs, c) }
}

// read reads a definition of the target.
func (d *definitionScheme) read(text []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	_, _, err := d.codecs.UniversalDecoder(apiextensionsv1.SchemeGroupVersion).Decode(text, nil, crd)
	return crd, err
}

// of is the definition that was created, nil for anything else.
func (d *definitionScheme) of(obj runtime.Object) *apiextensionsv1.CustomResourceDefinition {
	internal, ok := obj.(*apiextensions.CustomResourceDefinition)
	if !ok {
		return nil
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := d.scheme.Convert(internal, crd, nil); err != nil {
		return nil
	}
	return crd
}
