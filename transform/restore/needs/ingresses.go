package needs

import (
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// readIngress reads an Ingress of v1 or of v1beta1, whose backends name the Service in another field.
func readIngress(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	named(tell, IngressClasses, "", spec.Get("ingressClassName"), Awaited, "no controller serves the Ingress")
	for _, tls := range spec.Get("tls").Elements() {
		named(tell, layout.Secrets, u.Namespace, tls.Get("secretName"), Awaited, "the Ingress has no certificate")
	}
	readBackend(spec.Get("defaultBackend"), u, tell)
	readBackend(spec.Get("backend"), u, tell)
	for _, rule := range spec.Get("rules").Elements() {
		for _, path := range rule.Get("http", "paths").Elements() {
			readBackend(path.Get("backend"), u, tell)
		}
	}
}

func readBackend(backend *object.Value, u *User, tell func(Need)) {
	const unserved = "the Ingress has no backend"
	named(tell, layout.Services, u.Namespace, backend.Get("service", "name"), Awaited, unserved)
	named(tell, layout.Services, u.Namespace, backend.Get("serviceName"), Awaited, unserved)
}
