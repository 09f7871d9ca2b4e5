package policies

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/onlykey"
)

// version is the only one that Velero takes.
const version = "v1"

// file is a policy file as it is written. Only what a restore takes has a shape.
type file struct {
	Version        string           `yaml:"version"`
	Volumes        []any            `yaml:"volumePolicies"`
	IncludeExclude *any             `yaml:"includeExcludePolicy"`
	ClusterScoped  *fileCluster     `yaml:"clusterScopedFilterPolicy"`
	Namespaced     []fileNamespaced `yaml:"namespacedFilterPolicies"`
}

type fileCluster struct {
	Filters []fileFilter `yaml:"resourceFilters"`
}

type fileNamespaced struct {
	Namespaces []string     `yaml:"namespaces"`
	Filters    []fileFilter `yaml:"resourceFilters"`
}

type fileFilter struct {
	Kinds         []string        `yaml:"kinds"`
	Selector      *fileSelector   `yaml:"labelSelector"`
	OrSelectors   []*fileSelector `yaml:"orLabelSelectors"`
	Names         []string        `yaml:"names"`
	ExcludedNames []string        `yaml:"excludedNames"`
}

type fileSelector struct {
	Labels      map[string]string `yaml:"matchLabels"`
	Expressions []fileRequirement `yaml:"matchExpressions"`
}

type fileRequirement struct {
	Key      string   `yaml:"key"`
	Operator string   `yaml:"operator"`
	Values   []string `yaml:"values"`
}

// Parse reads a policy file: a ConfigMap manifest with exactly one data key, in YAML or JSON, or the YAML that stands in such a key.
// What Velero refuses for a restore is refused, with one error that joins all problems.
func Parse(data []byte) (*Policies, error) {
	if err := yamltext.CheckAliases(data); err != nil {
		return nil, err
	}
	_, text, err := Text(data)
	if err != nil {
		return nil, err
	}
	if err := yamltext.CheckAliases(text); err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var f file
	if err := decoder.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty")
		}
		return nil, err
	}
	c := &compiler{}
	p := c.compile(&f)
	if err := errors.Join(c.problems...); err != nil {
		return nil, err
	}
	return p, nil
}

// Text returns the policies' own YAML in a file that Parse takes, and the name of the ConfigMap that it stands in, "" for none.
func Text(data []byte) (name string, text []byte, err error) {
	return onlykey.Text(data, "resource policies")
}

// compiler makes policies of a file, and collects what is wrong with it.
type compiler struct{ problems []error }

func (c *compiler) wrong(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

// compile checks as ValidateForRestore does. Source: v1.18.3 internal/resourcepolicies/resource_policies.go:360-390, :575-720.
func (c *compiler) compile(f *file) *Policies {
	if f.Version != version {
		c.wrong("version: want %s, got %q", version, f.Version)
	}
	if len(f.Volumes) > 0 {
		c.wrong("volumePolicies: only backups have them: take them out")
	}
	if f.IncludeExclude != nil {
		c.wrong("includeExcludePolicy: only backups have one: take it out, and use the restore's own filters")
	}
	p := &Policies{}
	if f.ClusterScoped != nil {
		if len(f.ClusterScoped.Filters) == 0 {
			c.wrong(ClusterScoped + ".resourceFilters: is empty: name some, or leave the policy out")
		}
		p.ClusterScoped = c.filters(ClusterScoped, f.ClusterScoped.Filters, false)
	}
	seen := map[string]int{}
	for i, n := range f.Namespaced {
		where := namespaced(i)
		if len(n.Namespaces) == 0 {
			c.wrong("%s.namespaces: is empty: name at least one", where)
		}
		if len(n.Filters) == 0 {
			c.wrong("%s.resourceFilters: is empty: name at least one", where)
		}
		for j, name := range n.Namespaces {
			if err := filters.CheckPattern(name); err != nil {
				c.wrong("%s.namespaces[%d]: %w", where, j, err)
			}
			if before, ok := seen[name]; ok {
				c.wrong("%s.namespaces[%d]: %s stands in %s as well", where, j, name, namespaced(before))
			}
			seen[name] = i
		}
		p.Namespaced = append(p.Namespaced, Namespaced{Where: where, Namespaces: n.Namespaces, Filters: c.filters(where, n.Filters, true)})
	}
	return p
}

func (c *compiler) filters(of string, list []fileFilter, all bool) []Filter {
	var out []Filter
	seen, others := map[string]int{}, -1
	for i, in := range list {
		f := Filter{Where: fmt.Sprintf("%s.resourceFilters[%d]", of, i), Kinds: in.Kinds, Names: in.Names, ExcludedNames: in.ExcludedNames}
		switch {
		case !f.All():
		case !all:
			c.wrong("%s.kinds: is empty or *: name kinds", f.Where)
		case others >= 0:
			c.wrong("%s.kinds: only one filter may be for all kinds, and resourceFilters[%d] is", f.Where, others)
		case len(in.Names)+len(in.ExcludedNames) > 0:
			c.wrong("%s: a filter for all kinds has no names and no excludedNames", f.Where)
		default:
			others = i
		}
		for _, kind := range in.Kinds {
			if before, ok := seen[kind]; ok && kind != "*" {
				c.wrong("%s.kinds: %s stands in resourceFilters[%d] as well", f.Where, kind, before)
			}
			seen[kind] = i
		}
		c.selectors(&f, in)
		c.globs(f.Where+".names", in.Names)
		c.globs(f.Where+".excludedNames", in.ExcludedNames)
		f.names = filters.NewPair(in.Names, in.ExcludedNames)
		out = append(out, f)
	}
	return out
}

func (c *compiler) globs(where string, patterns []string) {
	for i, p := range patterns {
		if err := filters.CheckGlob(p); err != nil {
			c.wrong("%s[%d]: %w", where, i, err)
		}
	}
}

func (c *compiler) selectors(f *Filter, in fileFilter) {
	if in.Selector.present() && len(in.OrSelectors) > 0 {
		c.wrong("%s: has labelSelector and orLabelSelectors: give one of them", f.Where)
	}
	add := func(where string, s *fileSelector) {
		if !s.present() {
			return
		}
		selector, err := s.selector()
		if err != nil {
			c.wrong("%s: %w", where, err)
			return
		}
		f.Selectors = append(f.Selectors, selector)
	}
	add(f.Where+".labelSelector", in.Selector)
	for i, s := range in.OrSelectors {
		add(fmt.Sprintf("%s.orLabelSelectors[%d]", f.Where, i), s)
	}
}

// present says whether the selector asks for anything; one that does not counts as none.
func (s *fileSelector) present() bool {
	return s != nil && len(s.Labels)+len(s.Expressions) > 0
}

func (s *fileSelector) selector() (labels.Selector, error) {
	of := &metav1.LabelSelector{MatchLabels: s.Labels}
	for _, e := range s.Expressions {
		of.MatchExpressions = append(of.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: e.Key, Operator: metav1.LabelSelectorOperator(e.Operator), Values: e.Values,
		})
	}
	return metav1.LabelSelectorAsSelector(of)
}
