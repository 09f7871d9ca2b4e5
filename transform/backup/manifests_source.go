package backup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/version"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
)

// Source makes a source of the manifests that were read: names and scopes of resources are those of Kubernetes and of
// the CustomResourceDefinitions among the manifests. Of other kinds the plural is guessed, and they are namespaced if
// one of their objects has a namespace.
func (m *Manifests) Source() (*Source, error) {
	if err := m.spool.Finish(); err != nil {
		return nil, err
	}
	known := discovery.New()
	for i := range m.found {
		if m.found[i].kind == "CustomResourceDefinition" {
			crd, err := m.object(&m.found[i])
			if err != nil {
				return nil, err
			}
			known.AddCRD(crd)
		}
	}
	m.learnUnknown(known)
	m.resolve(known)
	builder, err := index.NewBuilder(m.o.TempDir)
	if err != nil {
		return nil, err
	}
	defer builder.Abort()
	if err := m.takeLast(); err != nil {
		return nil, err
	}
	p := &placing{manifests: m, builder: builder, files: map[layout.Address]string{}, preferred: preferredVersions(m.found)}
	for _, one := range bestFirst(m.found) {
		if err := p.place(&one); err != nil {
			return nil, err
		}
	}
	if err := m.refused(); err != nil {
		return nil, err
	}
	s := &Source{known: known, preferred: p.preferred, mixed: true, time: time.Unix(0, 0), findings: m.findings, leftOut: m.leftOut}
	if s.index, err = builder.Finish(); err != nil {
		return nil, err
	}
	return s, nil
}

// object reads a manifest and, once its key is resolved, puts it where kubectl would.
func (m *Manifests) object(at *manifest) (*object.Value, error) {
	body, err := m.spool.Get(at.ref)
	if err != nil {
		return nil, err
	}
	o, err := object.Parse(body)
	switch {
	case err != nil || at.key.Namespace == at.namespace || at.key.Name == "":
	case at.key.Namespace == "":
		o.Remove("metadata", "namespace")
	default:
		err = o.Put(object.Text(at.key.Namespace), "metadata", "namespace")
	}
	return o, err
}

// learnUnknown makes kinds known that neither Kubernetes nor a CustomResourceDefinition describes.
func (m *Manifests) learnUnknown(known *discovery.Resolver) {
	namespaced := map[string]bool{}
	kinds := map[string]string{}
	for i := range m.found {
		if name, ok := known.ForKind(m.found[i].apiVersion, m.found[i].kind); !ok {
			namespaced[name] = namespaced[name] || m.found[i].namespace != ""
			kinds[name] = m.found[i].kind
		}
	}
	for name, is := range namespaced {
		known.Add(discovery.Resource{Name: name, Kind: kinds[name], Singular: strings.ToLower(kinds[name]), Namespaced: is})
	}
}

// resolve sets the key of each manifest: into the given namespace or default go those that name none, and into no
// namespace those whose kind has none. What no item can be called is left out.
func (m *Manifests) resolve(known *discovery.Resolver) {
	var kept []manifest
	for _, one := range m.found {
		resource, _ := known.ForKind(one.apiVersion, one.kind)
		address := layout.Address{Resource: resource, Name: one.name}
		if res, _ := known.Lookup(resource); res.Namespaced {
			address.Namespace = cmp.Or(one.namespace, m.o.Namespace, "default")
		}
		if parsed, err := layout.Parse(address.Key().Path()); err != nil || parsed != address.Key() {
			m.leave(one.place, "manifest-name", fmt.Sprintf("%s: %s %q: no item can have this name or namespace", one.file, one.kind, one.name))
			continue
		}
		one.key = layout.ItemKey{Address: address, VersionDir: one.version()}
		kept = append(kept, one)
	}
	m.found = kept
}

// takeLast takes, of manifests for one item, the last one, as kubectl apply leaves it. It tells of those that differ.
func (m *Manifests) takeLast() error {
	all := map[layout.ItemKey][]int{}
	for i, one := range m.found {
		all[one.key] = append(all[one.key], i)
	}
	if len(all) == len(m.found) {
		return nil
	}
	var kept []manifest
	for i, one := range m.found {
		doubles := all[one.key]
		if i != doubles[len(doubles)-1] {
			continue
		}
		kept = append(kept, one)
		if err := m.compare(doubles); err != nil {
			return err
		}
	}
	m.found = kept
	return nil
}

// compare tells of manifests for one item that are not the same object.
func (m *Manifests) compare(doubles []int) error {
	last, err := m.object(&m.found[doubles[len(doubles)-1]])
	if err != nil {
		return err
	}
	for _, i := range doubles[:len(doubles)-1] {
		o, err := m.object(&m.found[i])
		if err != nil {
			return err
		}
		if !object.Equal(o, last) {
			m.tellTwice(doubles)
			return nil
		}
	}
	return nil
}

func (m *Manifests) tellTwice(doubles []int) {
	often, in := "twice", make([]string, len(doubles))
	if len(doubles) > 2 {
		often = fmt.Sprintf("%d times", len(doubles))
	}
	for i, at := range doubles {
		in[i] = "in " + m.found[at].file
	}
	last := &m.found[doubles[len(doubles)-1]]
	m.leave(last.place, "given-twice", fmt.Sprintf("%s is given %s, %s, and not alike: the last one is taken, as kubectl apply leaves it; leave out what is not meant",
		last.key.Plain(), often, strings.Join(in, " and ")))
}

// bestFirst puts manifests in better versions before others, so that an object that is given in several versions becomes
// an item in the best of them.
func bestFirst(found []manifest) []manifest {
	return slices.SortedStableFunc(slices.Values(found), func(a, b manifest) int {
		return version.CompareKubeAwareVersionStrings(b.version(), a.version())
	})
}

// preferredVersions are the directories of each resource's best version, by Kubernetes' order of versions.
func preferredVersions(found []manifest) map[string]string {
	best := map[string]string{}
	for i := range found {
		resource, v := found[i].key.Resource, found[i].version()
		if best[resource] == "" || version.CompareKubeAwareVersionStrings(v, best[resource]) > 0 {
			best[resource] = v
		}
	}
	for resource, v := range best {
		best[resource] = layout.PreferredDir(v)
	}
	return best
}

// placing puts manifests into the catalogue.
type placing struct {
	manifests *Manifests
	builder   *index.Builder
	files     map[layout.Address]string // where an item comes from
	preferred map[string]string
}

func (p *placing) place(m *manifest) error {
	o, err := p.manifests.object(m)
	if err != nil {
		return err
	}
	p.tellScope(m)
	key := m.key.Plain()
	if first, again := p.files[key.Address]; again {
		p.warn(m, "mixed-versions", fmt.Sprintf("%s: %s is in version %s, and in a better one in %s: that one is backed up, this one with EnableAPIGroupVersions only", m.file, key, m.version(), first))
		return p.builder.Add(m.key, o.JSON())
	}
	p.files[key.Address] = m.file
	dir := key
	if dir.VersionDir = p.preferred[key.Resource]; dir.Version() != m.version() {
		p.warn(m, "mixed-versions", fmt.Sprintf("%s: %s is in version %s; Velero would have stored it in %s, the version of others", m.file, key, m.version(), dir.Version()))
		dir.VersionDir = m.version()
	}
	p.builder.Note(dir)
	return p.builder.Add(key, o.JSON())
}

// tellScope tells of a manifest that does not stand where it says.
func (p *placing) tellScope(m *manifest) {
	switch {
	case m.namespace == "" && m.key.Namespace != "" && p.manifests.o.Namespace == "":
		p.warn(m, "namespace-missing", fmt.Sprintf("%s: %s %s names no namespace and goes into default", m.file, m.kind, m.name))
	case m.namespace != "" && m.key.Namespace == "":
		p.warn(m, "namespace-dropped", fmt.Sprintf("%s: %s %s is cluster-scoped; its namespace %s is dropped", m.file, m.kind, m.name, m.namespace))
	}
}

// warn tells something of a manifest. Another manifest may give the same item in another version.
func (p *placing) warn(m *manifest, id, message string) {
	p.manifests.findings = append(p.manifests.findings, report.Finding{
		ID: id, Severity: report.Warning, Subject: m.key.Address.String() + " in " + m.version(), Message: message,
	})
}
