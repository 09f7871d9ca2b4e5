package clusterapi

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/spool"
	"github.com/veltx/veltx/transform/internal/cluster"
)

// Options say what the cluster is.
type Options struct {
	Of     Of
	Target []*object.Value // the objects of the target that the user gave; they must not change
	Exact  bool            // the target has nothing else
	Served []Served        // what a Kubernetes of Release serves by itself
	// Release is that of the target's Kubernetes, "v1.33.4"; Guessed says that nothing tells it.
	Release string
	Guessed bool
	// VeleroNamespace is where the ConfigMaps of plugins are.
	VeleroNamespace string
	// Writes keeps what plugins write; else it is refused.
	Writes  bool
	TempDir string
}

// Served is a resource that is served in one version.
type Served struct {
	Group, Version, Name, Kind string
	Namespaced                 bool
}

// Cluster answers plugins. It is for any number of goroutines.
type Cluster struct {
	options Options
	pair    tls.Certificate
	ca      []byte

	mu       sync.Mutex
	file     *spool.TempFile
	end      int64  // of the file
	seq      uint64 // of the last change, which is the resourceVersion of the whole
	table    *table
	objects  map[string]map[layout.NamespacedName]*stored // by resource
	changes  map[string][]change                          // by resource, in their order
	complete map[string]bool
	// described are the namespaces of which a source has something.
	described map[string]bool
	changed   chan struct{} // closed at the next change, nil where nobody waits
	renewed   chan struct{} // closed when another restore begins
	tokens    map[string]string
	kept      []Write
	notes     notes
}

// stored is an object: its text, in memory or in the file.
type stored struct {
	text    []byte
	at      int64
	size    int
	seq     uint64
	created uint64
	bare    bool // every cluster has it, and more of it than this
}

// change is one thing that became of an object.
type change struct {
	seq  uint64
	kind string // ADDED, MODIFIED, DELETED
	name layout.NamespacedName
	of   *stored // as it was when it was deleted, else nil
}

// Write is what a plugin wrote and the cluster kept; without an object it is deleted.
type Write struct {
	layout.Address
	Object *object.Value
}

// New makes a cluster that has what the user gave of the target. Whoever made it closes it.
func New(o Options) (*Cluster, error) {
	file, err := spool.NewTempFile(o.TempDir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{options: o, file: file, tokens: map[string]string{}}
	if c.pair, c.ca, err = newCertificate(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return c, c.Begin(nil)
}

// Close ends the answers of the cluster.
func (c *Cluster) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.renewed)
	c.renewed = make(chan struct{})
	return c.file.Close()
}

// Begin makes the cluster what it is when a restore begins: what the user gave, and what Velero has there.
func (c *Cluster) Begin(own []*object.Value) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end, c.kept, c.notes = 0, nil, notes{}
	c.table, c.objects, c.changes, c.complete = newTable(&c.options), map[string]map[layout.NamespacedName]*stored{}, map[string][]change{}, map[string]bool{}
	c.described = map[string]bool{}
	if c.renewed != nil {
		close(c.renewed)
	}
	c.renewed = make(chan struct{})
	for _, o := range c.options.Target {
		if o.Name() == "" {
			continue // documents of discovery
		}
		resource := c.table.learn(o)
		c.complete[resource] = true
		if err := c.put(resource, o.Namespace(), o.Name(), o.JSON(), true); err != nil {
			return err
		}
	}
	for _, o := range own {
		if resource := c.table.learn(o); !c.has(resource, o.Namespace(), o.Name()) {
			if err := c.put(resource, o.Namespace(), o.Name(), o.JSON(), true); err != nil {
				return err
			}
		}
	}
	if !c.options.Exact {
		for _, name := range cluster.SystemNamespaces() {
			c.fill(layout.Namespaces, "", name, cluster.Bare("Namespace", "", name))
		}
	}
	return nil
}

// Put is told of an object that the restore has made, or has changed.
func (c *Cluster) Put(resource string, o *object.Value) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.table.learn(o)
	return c.put(resource, o.Namespace(), o.Name(), o.JSON(), false)
}

// TakeWrites are the writes of plugins that were kept since the last call.
func (c *Cluster) TakeWrites() []Write {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.kept
	c.kept = nil
	return kept
}

// Token is by which a plugin says who it is.
func (c *Cluster) Token(plugin string) string {
	var secret [24]byte
	_, _ = rand.Read(secret[:]) // never fails
	token := hex.EncodeToString(secret[:])
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens[token] = plugin
	return token
}

func (c *Cluster) has(resource, namespace, name string) bool {
	return c.objects[resource][layout.NamespacedName{Namespace: namespace, Name: name}] != nil
}

// put stores a text; one that stays as it is need not be copied. A namespace is filled as controllers do.
func (c *Cluster) put(resource, namespace, name string, text []byte, stays bool) error {
	s := &stored{size: len(text)}
	if stays {
		s.text = text
	} else {
		if _, err := c.file.WriteAt(text, c.end); err != nil {
			return err
		}
		s.at = c.end
		c.end += int64(len(text))
	}
	c.keep(resource, layout.NamespacedName{Namespace: namespace, Name: name}, s)
	if resource == layout.Namespaces && !c.options.Exact {
		for _, each := range cluster.EachNamespaceHas() {
			c.fill(each.Resource, name, each.Name, cluster.Bare(each.Kind, name, each.Name))
		}
	}
	return nil
}

// fill puts what every cluster has in its place, if nothing is there.
func (c *Cluster) fill(resource, namespace, name string, o *object.Value) {
	if c.has(resource, namespace, name) {
		return
	}
	text := bytes.Clone(o.JSON())
	c.keep(resource, layout.NamespacedName{Namespace: namespace, Name: name}, &stored{text: text, size: len(text), bare: true})
	if resource == layout.Namespaces {
		for _, each := range cluster.EachNamespaceHas() {
			c.fill(each.Resource, name, each.Name, cluster.Bare(each.Kind, name, each.Name))
		}
	}
}

func (c *Cluster) keep(resource string, name layout.NamespacedName, s *stored) {
	if c.objects[resource] == nil {
		c.objects[resource] = map[layout.NamespacedName]*stored{}
	}
	c.seq++
	kind := "ADDED"
	s.seq, s.created = c.seq, c.seq
	if old := c.objects[resource][name]; old != nil {
		kind, s.created = "MODIFIED", old.created
	}
	c.objects[resource][name] = s
	c.tell(resource, change{seq: c.seq, kind: kind, name: name})
}

// remove deletes an object.
func (c *Cluster) remove(resource string, name layout.NamespacedName) {
	old := c.objects[resource][name]
	delete(c.objects[resource], name)
	c.seq++
	c.tell(resource, change{seq: c.seq, kind: "DELETED", name: name, of: old})
}

// tell lets those know that wait for changes.
func (c *Cluster) tell(resource string, what change) {
	c.changes[resource] = append(c.changes[resource], what)
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// read is the object as a server shows it: with the version of its last change, and a namespace that is Active.
func (c *Cluster) read(resource string, s *stored) (*object.Value, error) {
	text := s.text
	if text == nil {
		text = make([]byte, s.size)
		if _, err := c.file.ReadAt(text, s.at); err != nil {
			return nil, err
		}
	}
	o, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	if err := o.Put(object.Text(version(s.seq)), "metadata", "resourceVersion"); err != nil {
		return nil, err
	}
	if resource == layout.Namespaces && o.Get("status", "phase") == nil {
		err = errors.Join(o.Put(object.Text("Active"), "status", "phase"), o.Put(object.Text(o.Name()), "metadata", "labels", "kubernetes.io/metadata.name"))
	}
	return o, err
}

// names are the objects of a resource, sorted.
func (c *Cluster) names(resource string) []layout.NamespacedName {
	return slices.SortedFunc(maps.Keys(c.objects[resource]), func(a, b layout.NamespacedName) int {
		return layout.Address{Namespace: a.Namespace, Name: a.Name}.Compare(layout.Address{Namespace: b.Namespace, Name: b.Name})
	})
}
