package rules

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/internal/strict"
	"github.com/veltx/veltx/transform/references"
)

// The version and kind of a document with rules.
const (
	APIVersion = "veltx.io/v1alpha1"
	Kind       = "Rules"
)

// document is what stands in the ConfigMap.
type document struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`

	References string            `json:"references,omitempty"`
	Images     map[string]string `json:"images,omitempty"`
	Texts      []textDocument    `json:"texts,omitempty"`
}

// Rules say what becomes of items. They do not change once they are made.
type Rules struct {
	rewriting *references.Rewriting // nil rewrites no references
	images    []imageMapping        // the longest first
	texts     []textRule
}

// Parse reads a document, and names all that is wrong with it.
func Parse(text []byte) (*Rules, error) {
	if err := yamltext.CheckAliases(text); err != nil {
		return nil, err
	}
	d := &document{}
	if err := yaml.UnmarshalStrict(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), d); err != nil {
		return nil, strict.Explain(err, text, d)
	}
	if d.APIVersion != APIVersion || d.Kind != Kind {
		return nil, fmt.Errorf("apiVersion and kind are %q and %q, want %q and %q", d.APIVersion, d.Kind, APIVersion, Kind)
	}
	r := &Rules{}
	var problems []error
	if r.rewriting = references.RewritingOf(d.References); r.rewriting == nil && d.References != "" {
		problems = append(problems, fmt.Errorf("references: %q is not one of certain, likely, certain+secrets and likely+secrets", d.References))
	}
	for _, from := range slices.Sorted(maps.Keys(d.Images)) {
		m, err := newImageMapping(from, d.Images[from])
		if err != nil {
			problems = append(problems, fmt.Errorf("images: %w", err))
		}
		r.images = append(r.images, m)
	}
	problems = append(problems, sortImages(r.images)...)
	for n := range d.Texts {
		rule, errs := d.Texts[n].compile(fmt.Sprintf("texts[%d]", n))
		problems, r.texts = append(problems, errs...), append(r.texts, rule)
	}
	if r.rewriting == nil && len(r.images)+len(r.texts) == 0 && len(problems) == 0 {
		problems = append(problems, errors.New("there is no rule: want references, images or texts"))
	}
	return r, errors.Join(problems...)
}

// Resources are the resources that the rules are for, by the names that the document gives them; nil stands for all.
func (r *Rules) Resources() []string {
	if r.rewriting != nil {
		return nil
	}
	var all []string
	if len(r.images) > 0 {
		all = slices.Clone(imageResources)
	}
	for i := range r.texts {
		if slices.Contains(r.texts[i].resources, everything) {
			return nil
		}
		all = append(all, r.texts[i].resources...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Restore are the rules in one restore.
type Restore struct {
	rules   *Rules
	scanner *references.Scanner // nil where no namespace is mapped
}

// In are the rules in a restore with a mapping of namespaces.
func (r *Rules) In(mapping map[string]string) *Restore {
	in := &Restore{rules: r}
	if r.rewriting != nil && len(mapping) > 0 {
		in.scanner = references.New(mapping, references.None{})
	}
	return in
}

// Apply edits an item; original is the item as it stands in the backup. References are rewritten last, so that what the other
// rules write is rewritten, too.
func (in *Restore) Apply(item, original *object.Value) error {
	changeImages(item, in.rules.images)
	for i := range in.rules.texts {
		if err := in.rules.texts[i].apply(item); err != nil {
			return fmt.Errorf("texts[%d]: %w", i, err)
		}
	}
	if in.scanner != nil {
		in.scanner.Rewrite(resourceOf(item), item, original, in.rules.rewriting)
	}
	return nil
}
