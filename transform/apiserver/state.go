//go:build apiserver

package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	"github.com/veltx/veltx/tarball/layout"

	"github.com/veltx/veltx/tarball/object"
)

// kept are the resources of which objects decide on others.
var kept = map[schema.GroupResource]string{
	{Resource: "namespaces"}:                                                               "v1",
	{Resource: "serviceaccounts"}:                                                          "v1",
	{Resource: "limitranges"}:                                                              "v1",
	{Resource: "resourcequotas"}:                                                           "v1",
	{Group: "scheduling.k8s.io", Resource: "priorityclasses"}:                              "v1",
	{Group: "node.k8s.io", Resource: "runtimeclasses"}:                                     "v1",
	{Group: "storage.k8s.io", Resource: "storageclasses"}:                                  "v1",
	{Group: "networking.k8s.io", Resource: "ingressclasses"}:                               "v1",
	{Group: "networking.k8s.io", Resource: "servicecidrs"}:                                 "v1",
	{Group: "admissionregistration.k8s.io", Resource: "mutatingwebhookconfigurations"}:     "v1",
	{Group: "admissionregistration.k8s.io", Resource: "validatingwebhookconfigurations"}:   "v1",
	{Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicies"}:       "v1",
	{Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicybindings"}: "v1",
}

// state is what the server remembers of the target, in the caches that Kubernetes' own code reads.
type state struct {
	informers informers.SharedInformerFactory
	exact     bool // what is not here does not exist
	described map[schema.GroupResource]bool
	services  map[string]*corev1.Service // of the target, until their ports and addresses are taken; later only that they are there
	changed   func(schema.GroupResource) // told of what is added
}

func newState(exact bool) *state {
	return &state{
		informers: informers.NewSharedInformerFactory(nil, 0), exact: exact, described: map[schema.GroupResource]bool{},
		services: map[string]*corev1.Service{}, changed: func(schema.GroupResource) {},
	}
}

// knows says whether the objects of a resource are all known.
func (s *state) knows(gr schema.GroupResource) bool { return s.exact || s.described[gr] }

// resourceOf is the resource of a kept kind.
func resourceOf(obj runtime.Object) (schema.GroupVersionResource, bool) {
	gvks, _, err := legacyscheme.Scheme.ObjectKinds(obj)
	if err != nil || len(gvks) == 0 {
		return schema.GroupVersionResource{}, false
	}
	plural, _ := meta.UnsafeGuessKindToResource(gvks[0])
	return plural, true
}

// add takes in an object of version v1.
func (s *state) add(obj runtime.Object) {
	gvr, ok := resourceOf(obj)
	if !ok {
		return
	}
	gr := gvr.GroupResource()
	s.described[gr] = true
	if service, ok := obj.(*corev1.Service); ok {
		s.services[service.Namespace+"/"+service.Name] = service
		return
	}
	if kept[gr] != "" || gr.Resource == "configmaps" {
		s.put(gvr, obj)
	}
}

func (s *state) put(gvr schema.GroupVersionResource, obj runtime.Object) {
	informer, err := s.informers.ForResource(gvr)
	if err != nil {
		return
	}
	if err := informer.Informer().GetIndexer().Add(obj); err == nil {
		s.changed(gvr.GroupResource())
	}
}

// addInternal takes in an object that the server has accepted, where it decides on others.
func (s *state) addInternal(c *call) {
	gr := c.gvr.GroupResource()
	if gr == (schema.GroupResource{Resource: layout.Services}) {
		s.services[c.namespace+"/"+c.name] = nil
		return
	}
	version := kept[gr]
	if version == "" {
		return
	}
	gv := schema.GroupVersion{Group: gr.Group, Version: version}
	obj, err := legacyscheme.Scheme.ConvertToVersion(c.obj, gv)
	if err != nil {
		return
	}
	s.put(gv.WithResource(gr.Resource), obj)
}

// get finds an object, nil if it is not there.
func (s *state) get(gvr schema.GroupVersionResource, namespace, name string) runtime.Object {
	informer, err := s.informers.ForResource(gvr)
	if err != nil {
		return nil
	}
	key := cache.ObjectName{Namespace: namespace, Name: name}.String()
	obj, ok, err := informer.Informer().GetIndexer().GetByKey(key)
	if err != nil || !ok {
		return nil
	}
	found, _ := obj.(runtime.Object)
	return found
}

// fill adds what every cluster has.
func (s *state) fill() {
	for _, text := range everywhere {
		obj := decodeGiven(object.MustParse(text))
		gvr, ok := resourceOf(obj)
		m, err := meta.Accessor(obj)
		if ok && err == nil && s.get(gvr, m.GetNamespace(), m.GetName()) == nil {
			s.put(gvr, obj)
		}
	}
}
