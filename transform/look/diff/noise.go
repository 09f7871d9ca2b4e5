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
