package needs

import "github.com/veltx/veltx/tarball/layout"

// template reads the pod template of a workload.
func template(path ...string) reader {
	return func(u *User, tell func(Need)) { readPodSpec(u.Object.Get(path...), u.Namespace, tell) }
}

// readStatefulSet reads the template, the templates of claims, and the Service that gives the pods their names.
func readStatefulSet(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	readPodSpec(spec.Get("template", "spec"), u.Namespace, tell)
	for _, claim := range spec.Get("volumeClaimTemplates").Elements() {
		readClaimSpec(claim.Get("spec"), claim, tell)
	}
	named(tell, layout.Services, u.Namespace, spec.Get("serviceName"), Tolerated, "the pods have no DNS names of their own")
}
