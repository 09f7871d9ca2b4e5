package apiserver

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/registry"
)

// The resources that admission asks for.
var (
	namespaceResource     = schema.GroupResource{Resource: "namespaces"}
	accountResource       = schema.GroupResource{Resource: "serviceaccounts"}
	limitRangeResource    = schema.GroupResource{Resource: "limitranges"}
	quotaResource         = schema.GroupResource{Resource: "resourcequotas"}
	priorityResource      = schema.GroupResource{Group: "scheduling.k8s.io", Resource: "priorityclasses"}
	runtimeClassResource  = schema.GroupResource{Group: "node.k8s.io", Resource: "runtimeclasses"}
	storageClassResource  = schema.GroupResource{Group: "storage.k8s.io", Resource: "storageclasses"}
	ingressClassResource  = schema.GroupResource{Group: "networking.k8s.io", Resource: "ingressclasses"}
	serviceRangeResource  = schema.GroupResource{Group: "networking.k8s.io", Resource: "servicecidrs"}
	mutatingHookResource  = schema.GroupResource{Group: "admissionregistration.k8s.io", Resource: "mutatingwebhookconfigurations"}
	validatingHookRes     = schema.GroupResource{Group: "admissionregistration.k8s.io", Resource: "validatingwebhookconfigurations"}
	policyResource        = schema.GroupResource{Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicies"}
	policyBindingResource = schema.GroupResource{Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicybindings"}
	serviceResource       = schema.GroupResource{Resource: "services"}
	podResource           = schema.GroupResource{Resource: "pods"}
	claimResource         = schema.GroupResource{Resource: "persistentvolumeclaims"}
)

// kept are the resources of which objects decide on others. All are of version v1.
var kept = []schema.GroupResource{
	namespaceResource, accountResource, limitRangeResource, quotaResource, priorityResource, runtimeClassResource, storageClassResource,
	ingressClassResource, serviceRangeResource, mutatingHookResource, validatingHookRes, policyResource, policyBindingResource,
}

// state is what the server remembers of the target, in objects of version v1.
type state struct {
	objects   map[schema.GroupResource]map[string]map[string]runtime.Object // by namespace and name
	exact     bool                                                          // what is not here does not exist
	described map[schema.GroupResource]bool
	services  map[string]*corev1.Service // of the target, until their ports and addresses are taken; later only that they are there
	changed   func(schema.GroupResource) // told of what is added
}

func newState(exact bool) *state {
	return &state{
		objects: map[schema.GroupResource]map[string]map[string]runtime.Object{}, exact: exact, described: map[schema.GroupResource]bool{},
		services: map[string]*corev1.Service{}, changed: func(schema.GroupResource) {},
	}
}

// knows says whether the objects of a resource are all known.
func (s *state) knows(gr schema.GroupResource) bool { return s.exact || s.described[gr] }

// lacksService says that a Service is known not to be there.
func (s *state) lacksService(namespace, name string) bool {
	_, there := s.services[namespace+"/"+name]
	return !there && s.knows(serviceResource)
}

// resourceOf is the resource of an object of a built-in kind.
func resourceOf(obj runtime.Object) (schema.GroupResource, bool) {
	gvks, _, err := registry.Scheme().ObjectKinds(obj)
	if err != nil || len(gvks) == 0 {
		return schema.GroupResource{}, false
	}
	plural, _ := meta.UnsafeGuessKindToResource(gvks[0])
	return plural.GroupResource(), true
}

// add takes in an object of version v1.
func (s *state) add(obj runtime.Object) {
	gr, ok := resourceOf(obj)
	if !ok {
		return
	}
	s.described[gr] = true
	if service, ok := obj.(*corev1.Service); ok {
		s.services[service.Namespace+"/"+service.Name] = service
		return
	}
	if slices.Contains(kept, gr) || gr.Resource == layout.ConfigMaps {
		s.put(gr, obj)
	}
}

func (s *state) put(gr schema.GroupResource, obj runtime.Object) {
	m, err := meta.Accessor(obj)
	if err != nil {
		return
	}
	of := s.objects[gr]
	if of == nil {
		of = map[string]map[string]runtime.Object{}
		s.objects[gr] = of
	}
	if of[m.GetNamespace()] == nil {
		of[m.GetNamespace()] = map[string]runtime.Object{}
	}
	of[m.GetNamespace()][m.GetName()] = obj
	s.changed(gr)
}

// addInternal takes in an object that the server has accepted, where it decides on others.
func (s *state) addInternal(c *call) {
	gr := c.gvr.GroupResource()
	if gr == serviceResource {
		s.services[c.namespace+"/"+c.name] = nil
		return
	}
	if !slices.Contains(kept, gr) {
		return
	}
	obj, err := registry.Scheme().ConvertToVersion(c.obj, schema.GroupVersion{Group: gr.Group, Version: "v1"})
	if err == nil {
		s.put(gr, obj)
	}
}

// get finds an object, nil if it is not there.
func get[T runtime.Object](s *state, gr schema.GroupResource, namespace, name string) (found T, ok bool) {
	found, ok = s.objects[gr][namespace][name].(T)
	return found, ok
}

// list has the objects of a resource in a namespace, "" where it has none, by name.
func list[T runtime.Object](s *state, gr schema.GroupResource, namespace string) []T {
	of := s.objects[gr][namespace]
	if len(of) == 0 {
		return nil
	}
	all := make([]T, 0, len(of))
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if obj, ok := of[name].(T); ok {
			all = append(all, obj)
		}
	}
	return all
}

// namespaceLabels are the labels of a namespace.
func (s *state) namespaceLabels(name string) map[string]string {
	ns, ok := get[*corev1.Namespace](s, namespaceResource, "", name)
	if !ok {
		return nil
	}
	return ns.Labels
}

// fill adds what every cluster has. Where no ServiceAccounts are given, each namespace of the target has the one that a controller makes.
func (s *state) fill() {
	if !s.described[accountResource] {
		for name := range s.objects[namespaceResource][""] {
			s.put(accountResource, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: name}})
		}
	}
	for _, text := range everywhere {
		obj := decodeGiven(object.MustParse(text))
		gr, ok := resourceOf(obj)
		m, err := meta.Accessor(obj)
		if ok && err == nil && s.objects[gr][m.GetNamespace()][m.GetName()] == nil {
			s.put(gr, obj)
		}
	}
}
