package redaction

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// Secret hides the values of one Secret: first where they have their place, then wherever else in the item they stand,
// as a resource modifier can copy them anywhere. The nil Secret hides nothing.
type Secret struct {
	redactor   *Redactor
	versions   []*object.Value // that the values are collected from, once something is to be shown
	values     []string
	marks      []string       // of the values, once they are needed
	asText     map[string]int // the values' places in the list by their JSON, where they stand as they are
	asBase64   map[string]int // and where they stand in base64
	public     []string       // what the Secret is called by, which no value hides: a token's namespace is one
	finder     *Words         // of the values; nil once there are more
	collecting bool           // nothing is replaced yet
}

// collect collects the values from the versions, the first time that it is called: of most Secrets nothing is shown.
func (s *Secret) collect() {
	if s.asText != nil {
		return
	}
	s.asText, s.asBase64, s.collecting = map[string]int{}, map[string]int{}, true
	for _, v := range s.versions {
		if v != nil {
			s.public = append(s.public, v.APIVersion(), v.ObjectKind(), v.Get("type").Str(), v.Name(), v.Namespace())
			s.place(v.Clone().OpenAll(), nil)
		}
	}
	s.collecting = false
}

// Item replaces the values in all that a report says of the Secret.
func (s *Secret) Item(i *report.Item) error {
	if s == nil {
		return nil
	}
	s.public = append(s.public, i.Resource, i.Namespace, i.OriginalNamespace, i.OriginalName)
	s.parts(append(ofChanges(i.Changes), part{text: &i.Object}, part{text: &i.Patch}, part{text: &i.Status}))
	i.Reason = s.Text(i.Reason)
	if i.Name != i.OriginalName { // which no value hides
		i.Name = s.Text(i.Name)
	}
	for n := range i.Notes {
		i.Notes[n].Text = s.Text(i.Notes[n].Text)
	}
	for _, list := range [][]report.Finding{i.Notices, i.Warnings, i.Errors} {
		for n := range list {
			list[n].Subject, list[n].Message = s.Text(list[n].Subject), s.Text(list[n].Message)
		}
	}
	return s.redactor.err
}

// Changes replaces the values in changes of the Secret.
func (s *Secret) Changes(changes []report.Change) error {
	if s == nil {
		return nil
	}
	s.parts(ofChanges(changes))
	return s.redactor.err
}

// Object is a version of the Secret without the values. The version itself stays as it is; nil stays nil.
func (s *Secret) Object(v *object.Value) (*object.Value, error) {
	if s == nil || v == nil {
		return v, nil
	}
	s.collect()
	hidden := s.search(s.place(v.Clone().OpenAll(), nil))
	return hidden, s.redactor.err
}

// Modified is what resource modifiers did to the Secret, without the values in their errors.
func (s *Secret) Modified(r modifiers.Result) modifiers.Result {
	if s == nil {
		return r
	}
	hidden := make([]modifiers.RuleError, len(r.Errors))
	for i, e := range r.Errors {
		hidden[i] = modifiers.RuleError{Index: e.Index, Err: e.Err}
		if text := s.Text(e.Error()); text != e.Error() {
			hidden[i].Err = errors.New(text)
		}
	}
	r.Errors = hidden
	return r
}

// part is a part of what is told of a Secret, and where it stands in it.
type part struct {
	text *json.RawMessage
	path string
}

func ofChanges(changes []report.Change) []part {
	list := make([]part, 0, 2*len(changes)+3)
	for n := range changes {
		c := &changes[n]
		list = append(list, part{&c.Old, c.Path}, part{&c.New, c.Path})
	}
	return list
}

// parts replaces the values in all parts, in which there may be values that none of the versions has.
func (s *Secret) parts(list []part) {
	values := make([]*object.Value, len(list))
	for i, p := range list {
		if len(*p.text) == 0 {
			continue
		}
		s.collect()
		v, err := object.Parse(*p.text)
		if err != nil {
			*p.text = quoted(s.redactor.mark(string(*p.text))).JSON() // it could hold anything
			continue
		}
		values[i] = s.place(v.OpenAll(), pointer(p.path))
	}
	for i, v := range values {
		if v != nil {
			*list[i].text = s.search(v).JSON()
		}
	}
}

// pointer returns the keys of a JSON pointer, as they are escaped.
func pointer(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")[1:]
}

// place returns a value without what is secret by its place: below those keys of a Secret.
func (s *Secret) place(v *object.Value, below []string) *object.Value {
	switch {
	case len(below) == 0:
		return s.members(v, below, "data", "stringData", "metadata")
	case below[0] == "data" || below[0] == "stringData":
		return s.hide(v, below[0] == "data")
	case below[0] != "metadata":
		return v
	case len(below) == 1:
		return s.members(v, below, "annotations")
	case below[1] != "annotations":
		return v
	case len(below) == 2:
		v.Edit(func(name string, e *object.Value) *object.Value { return s.annotation(name, e) })
		return v
	}
	return s.annotation(unescape.Replace(below[2]), v)
}

// unescape reads a key in a JSON pointer.
var unescape = strings.NewReplacer("~1", "/", "~0", "~")

func (s *Secret) members(v *object.Value, below []string, names ...string) *object.Value {
	v.Edit(func(name string, e *object.Value) *object.Value {
		for _, wanted := range names {
			if name == wanted {
				return s.place(e, append(below[:len(below):len(below)], name))
			}
		}
		return e
	})
	return v
}

// wholeSecret matches annotations in which tools keep the Secret as somebody applied it, packed or as it is: kubectl,
// kapp, Rancher, Banzai Cloud and those that do as they do.
var wholeSecret = regexp.MustCompile(`(?i)last-?applied|(^|[./-])applied$|(^|/)original(-|$)`)

// WholeSecret says that a tool keeps the item as it was applied in an annotation of this name.
func WholeSecret(annotation string) bool { return wholeSecret.MatchString(annotation) }

func (s *Secret) annotation(name string, v *object.Value) *object.Value {
	text, ok := v.Text()
	whole := wholeSecret.MatchString(name)
	if !ok || !whole && !strings.Contains(text, "{") {
		return v
	}
	applied, err := object.Parse([]byte(text))
	if err == nil && applied.Kind() == object.Object {
		_ = s.place(applied.OpenAll(), nil) // its values may be others than the Secret's
		whole = whole || applied.Has("data") || applied.Has("stringData")
	}
	if !whole {
		return v
	}
	return s.hide(v, false)
}

// hide replaces every value below v.
func (s *Secret) hide(v *object.Value, encoded bool) *object.Value {
	switch v.Kind() {
	case object.Null:
		return v
	case object.Object:
		v.Edit(func(_ string, e *object.Value) *object.Value { return s.hide(e, encoded) })
		return v
	}
	n := s.number(v, encoded)
	for _, e := range v.Elements() {
		s.hide(e, encoded)
	}
	if s.collecting {
		return v
	}
	return quoted(s.mark(n))
}

// number is the place of a value in the list. The same text is decoded once: a Secret can be large, and comes up again
// in each version and change.
func (s *Secret) number(v *object.Value, encoded bool) int {
	of := s.asText
	if encoded {
		of = s.asBase64
	}
	text := v.JSON()
	n, ok := of[string(text)]
	if !ok {
		n = len(s.values)
		of[string(text)] = n
		s.values, s.marks, s.finder = append(s.values, plainValue(v, encoded)), append(s.marks, ""), nil
	}
	return n
}

// mark is what stands in the place of a value.
func (s *Secret) mark(n int) string {
	if s.marks[n] == "" {
		s.marks[n] = s.redactor.mark(s.values[n])
	}
	return s.marks[n]
}

// plainValue is the value itself, out of its base64 form.
func plainValue(v *object.Value, encoded bool) string {
	text, ok := v.Text()
	if !ok {
		return string(v.JSON())
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); encoded && err == nil {
		return string(decoded)
	}
	return text
}
