package redact

import (
	"hash/maphash"
	"maps"
	"regexp"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/references"
)

// What names a namespace or a Service is no secret, whatever it is called: a redacted backup refers to what the backup does.

// named is what one item names.
type named struct {
	hosts  map[string]bool   // the DNS names of Services
	fields map[string]string // namespaces, by the path to the field that by its API holds one
}

// scanner finds the namespaces of the backup.
func (k *known) scanner() *references.Scanner {
	return references.Named(slices.Collect(maps.Keys(k.namespaces)), k)
}

// HasService implements references.Objects.
func (k *known) HasService(namespace, name string) bool { return k.services[k.pair(namespace, name)] }

// HasObject implements references.Objects: pairs of names are known without it.
func (k *known) HasObject(string, string) bool { return false }

// Schema implements references.Objects.
func (k *known) Schema(string) *references.Schema { return nil }

func (k *known) pair(namespace, name string) uint64 {
	return maphash.String(k.seed, namespace+"/"+name)
}

// namedBy returns what an item names.
func (a *archive) namedBy(resource string, o *object.Value) (n named) {
	if !a.scanner.Mentions(o.JSON()) {
		return n
	}
	n = named{hosts: map[string]bool{}, fields: map[string]string{}}
	for _, r := range a.scanner.Scan(resource, o, nil, references.Likely) {
		switch {
		case r.Kind == references.DNSName && resource != layout.Secrets:
			n.hosts[r.Text] = true
		case r.Kind == references.Field && r.Sure == references.Certain:
			n.fields[r.Path] = r.Namespace
		}
	}
	return n
}

// address is a host, alone or with a scheme and a port: nothing behind it could be a secret.
var address = regexp.MustCompile(`^(?:[a-z][a-z0-9+.-]*://)?([A-Za-z0-9.*-]+)(?::\d+)?/?$`)

// isAddress says that a value is where a Service is found, and nothing else.
func (n named) isAddress(value string) bool {
	if len(n.hosts) == 0 {
		return false
	}
	host := address.FindStringSubmatch(value)
	return host != nil && n.hosts[host[1]]
}
