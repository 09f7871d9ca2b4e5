package backup

import (
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
	builder, err := index.NewBuilder(m.tempDir)
	if err != nil {
		return nil, err
	}
	defer builder.Abort()
	p := &placing{manifests: m, known: known, builder: builder, files: map[layout.ItemKey]string{}, preferred: preferredVersions(m.found, known)}
	for _, one := range bestFirst(m.found) {
		if err := p.place(&one); err != nil {
			return nil, err
		}
	}
	s := &Source{known: known, preferred: p.preferred, mixed: true, time: time.Unix(0, 0), findings: m.findings}
	if s.index, err = builder.Finish(); err != nil {
		return nil, err
	}
	return s, nil
}

func (m *Manifests) object(at *manifest) (*object.Value, error) {
	body, err := m.spool.Get(at.ref)
	if err != nil {
		return nil, err
	}
	return object.Parse(body)
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

// bestFirst puts manifests in better versions before others, so that an object that is given in several versions becomes
// an item in the best of them.
func bestFirst(found []manifest) []manifest {
	return slices.SortedStableFunc(slices.Values(found), func(a, b manifest) int {
		return version.CompareKubeAwareVersionStrings(b.version(), a.version())
	})
}

// preferredVersions are the directories of each resource's best version, by Kubernetes' order of versions.
func preferredVersions(found []manifest, known *discovery.Resolver) map[string]string {
	best := map[string]string{}
	for i := range found {
		resource, _ := known.ForKind(found[i].apiVersion, found[i].kind)
		v := found[i].version()
		if best[resource] == "" || version.CompareKubeAwareVersionStrings(v, best[resource]) > 0 {
			best[resource] = v
		}
	}
	for resource, v := range best {
		best[resource] = layout.PreferredDir(v)
	}
	return best
}

// placing gives each manifest its address in the catalogue.
type placing struct {
	manifests *Manifests
	known     *discovery.Resolver
	builder   *index.Builder
	files     map[layout.ItemKey]string // where an item, or its copy in another version, comes from
	preferred map[string]string
}

func (p *placing) place(m *manifest) error {
	o, err := p.manifests.object(m)
	if err != nil {
		return err
	}
	resource, _ := p.known.ForKind(m.apiVersion, m.kind)
	key := layout.Address{Resource: resource, Namespace: m.namespace, Name: m.name}.Key()
	if err := p.fitScope(m, &key, o); err != nil {
		return err
	}
	if parsed, err := layout.Parse(key.Path()); err != nil || parsed != key {
		return fmt.Errorf("%s: %s %q: no item can have this name or namespace", m.file, m.kind, m.name)
	}
	if _, again := p.files[key]; again {
		return p.placeCopy(m, key, o)
	}
	p.files[key] = m.file
	dir := key
	if dir.VersionDir = p.preferred[resource]; dir.Version() != m.version() {
		p.warn(m, key, "mixed-versions", fmt.Sprintf("%s: %s is in version %s; Velero would have stored it in %s, the version of others", m.file, key, m.version(), dir.Version()))
		dir.VersionDir = m.version()
	}
	p.files[layout.ItemKey{Address: key.Address, VersionDir: m.version()}] = m.file
	p.builder.Note(dir)
	return p.builder.Add(key, o.JSON())
}

// placeCopy gives an object that is an item already in a better version its address among the copies in its version.
func (p *placing) placeCopy(m *manifest, key layout.ItemKey, o *object.Value) error {
	first := p.files[key]
	plain := key
	key.VersionDir = m.version()
	if other, ok := p.files[key]; ok {
		return fmt.Errorf("%s is given twice, in %s and in %s: leave one out", plain, other, m.file)
	}
	p.files[key] = m.file
	p.warn(m, key, "mixed-versions", fmt.Sprintf("%s: %s is in version %s, and in a better one in %s: that one is backed up, this one with EnableAPIGroupVersions only", m.file, plain, m.version(), first))
	return p.builder.Add(key, o.JSON())
}

// fitScope puts an object where kubectl would have put it: into the namespace default if it names none, and into no
// namespace if its kind has none.
func (p *placing) fitScope(m *manifest, key *layout.ItemKey, o *object.Value) error {
	res, _ := p.known.Lookup(key.Resource)
	switch {
	case res.Namespaced && key.Namespace == "":
		key.Namespace = "default"
		p.warn(m, *key, "namespace-missing", fmt.Sprintf("%s: %s %s names no namespace and goes into default", m.file, m.kind, m.name))
		return o.Put(object.Text("default"), "metadata", "namespace")
	case !res.Namespaced && key.Namespace != "":
		p.warn(m, *key, "namespace-dropped", fmt.Sprintf("%s: %s %s is cluster-scoped; its namespace %s is dropped", m.file, m.kind, m.name, key.Namespace))
		key.Namespace = ""
		o.Remove("metadata", "namespace")
	}
	return nil
}

// warn tells something of a manifest. Another manifest may give the same item in another version.
func (p *placing) warn(m *manifest, key layout.ItemKey, id, message string) {
	p.manifests.findings = append(p.manifests.findings, report.Finding{
		ID: id, Severity: report.Warning, Subject: key.Address.String() + " in " + m.version(), Message: message,
	})
}
