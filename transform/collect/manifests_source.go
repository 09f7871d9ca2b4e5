package collect

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/version"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/discovery"
	"github.com/veltx/veltx/transform/index"
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
	for i := range m.found {
		if err := p.place(&m.found[i]); err != nil {
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

// preferredVersions are the directories of each resource's best version, by Kubernetes' order of versions.
func preferredVersions(found []manifest, known *discovery.Resolver) map[string]string {
	best := map[string]string{}
	for i := range found {
		resource, _ := known.ForKind(found[i].apiVersion, found[i].kind)
		v := found[i].apiVersion[strings.LastIndexByte(found[i].apiVersion, '/')+1:]
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
	files     map[layout.ItemKey]string // where an item comes from
	preferred map[string]string
}

func (p *placing) place(m *manifest) error {
	o, err := p.manifests.object(m)
	if err != nil {
		return err
	}
	resource, _ := p.known.ForKind(m.apiVersion, m.kind)
	key := layout.ItemKey{Resource: resource, Namespace: m.namespace, Name: m.name}
	if err := p.fitScope(m, &key, o); err != nil {
		return err
	}
	if parsed, err := layout.Parse(key.Path()); err != nil || parsed != key {
		return fmt.Errorf("%s: %s %q: no item can have this name or namespace", m.file, m.kind, m.name)
	}
	if other, ok := p.files[key]; ok {
		return fmt.Errorf("%s is given twice, in %s and in %s: leave one out", key, other, m.file)
	}
	p.files[key] = m.file
	dir := key
	if dir.VersionDir = p.preferred[resource]; dir.Version() != versionOf(o) {
		p.warn("mixed-versions", fmt.Sprintf("%s: %s is in version %s; Velero would have stored it in %s, the version of others", m.file, key, versionOf(o), dir.Version()))
		dir.VersionDir = versionOf(o)
	}
	p.builder.Note(dir)
	return p.builder.Add(key, o.JSON())
}

// fitScope puts an object where kubectl would have put it: into the namespace default if it names none, and into no
// namespace if its kind has none.
func (p *placing) fitScope(m *manifest, key *layout.ItemKey, o *object.Value) error {
	res, _ := p.known.Lookup(key.Resource)
	switch {
	case res.Namespaced && key.Namespace == "":
		key.Namespace = "default"
		p.warn("namespace-missing", fmt.Sprintf("%s: %s %s names no namespace and goes into default", m.file, m.kind, m.name))
		return o.Put(object.Text("default"), "metadata", "namespace")
	case !res.Namespaced && key.Namespace != "":
		p.warn("namespace-dropped", fmt.Sprintf("%s: %s %s is cluster-scoped; its namespace %s is dropped", m.file, m.kind, m.name, key.Namespace))
		key.Namespace = ""
		o.Remove("metadata", "namespace")
	}
	return nil
}

func (p *placing) warn(id, message string) {
	p.manifests.findings = append(p.manifests.findings, report.Finding{ID: id, Severity: report.Warning, Message: message})
}
