package diff

import "github.com/veltx/veltx/tarball/object"

// serverSet is the metadata that a server sets or counts up.
var serverSet = []string{
	"resourceVersion", "uid", "generation", "managedFields", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
}

// ticking are fields that a controller renews all the time, by resource.
var ticking = map[string][][]string{
	"leases.coordination.k8s.io": {{"spec", "renewTime"}, {"spec", "acquireTime"}},
}

// withoutNoise takes away what differs between two backups of the same cluster though nobody changed anything.
func withoutNoise(resource string, o *object.Value) *object.Value {
	o.Remove("status")
	metadata := o.Get("metadata")
	for _, name := range serverSet {
		metadata.Remove(name)
	}
	for _, path := range ticking[resource] {
		o.Remove(path...)
	}
	return o
}

// given is the part of an item that a manifest speaks of: servers add defaults to what a manifest leaves open. Lists of
// another length are taken whole.
func given(full, manifest *object.Value) *object.Value {
	switch {
	case full.Kind() == object.Object && manifest.Kind() == object.Object:
		part := object.New()
		for key, value := range full.Members() {
			if wanted := manifest.Get(key); wanted != nil {
				part.Set(key, given(value, wanted))
			}
		}
		return part
	case full.Kind() == object.Array && manifest.Kind() == object.Array && full.Len() == manifest.Len():
		wanted := manifest.Elements()
		elements := make([]*object.Value, len(wanted))
		for i, value := range full.Elements() {
			elements[i] = given(value, wanted[i])
		}
		return object.List(elements...)
	}
	return full
}
