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
	values     []string
	known      map[string]int // the values' places in the list
	public     []string       // what the Secret is called by, which no value hides: a token's namespace is one
	finder     *Words         // of the values; nil once there are more
	collecting bool           // nothing is replaced yet
}

// Item replaces the values in all that a report says of the Secret.
func (s *Secret) Item(i *report.Item) error {
	if s == nil {
		return nil
	}
	s.public = append(s.public, i.Resource, i.Namespace, i.OriginalNamespace, i.OriginalName)
	parts := []*json.RawMessage{&i.Object, &i.Patch, &i.Status}
	for _, part := range parts {
		s.placeText(part, "")
	}
	s.placeChanges(i.Changes)
	for _, part := range parts {
		s.searchText(part)
	}
	s.searchChanges(i.Changes)
	i.Name, i.Reason = s.Text(i.Name), s.Text(i.Reason)
	for n := range i.Notes {
		i.Notes[n].Text = s.Text(i.Notes[n].Text)
	}
	for _, list := range [][]report.Finding{i.Warnings, i.Errors} {
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
	s.placeChanges(changes)
	s.searchChanges(changes)
	return s.redactor.err
}

// Object is a version of the Secret without the values. The version itself stays as it is; nil stays nil.
func (s *Secret) Object(v *object.Value) (*object.Value, error) {
	if s == nil || v == nil {
		return v, nil
	}
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

func (s *Secret) placeChanges(changes []report.Change) {
	for n := range changes {
		s.placeText(&changes[n].Old, changes[n].Path)
		s.placeText(&changes[n].New, changes[n].Path)
	}
}

func (s *Secret) searchChanges(changes []report.Change) {
	for n := range changes {
		s.searchText(&changes[n].Old)
		s.searchText(&changes[n].New)
	}
}

// placeText replaces the values in a part of the Secret, which stands at a path.
func (s *Secret) placeText(text *json.RawMessage, path string) {
	if len(*text) == 0 {
		return
	}
	v, err := object.Parse(*text)
	if err != nil {
		*text = quoted(s.redactor.mark(string(*text))).JSON() // it could hold anything
		return
	}
	*text = s.place(v.OpenAll(), strings.Split(path, "/")[1:]).JSON()
}

func (s *Secret) searchText(text *json.RawMessage) {
	if v, err := object.Parse(*text); err == nil {
		*text = s.search(v.OpenAll()).JSON()
	}
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
	value := plainValue(v, encoded)
	for _, e := range v.Elements() {
		s.hide(e, encoded)
	}
	if _, ok := s.known[value]; !ok {
		s.known[value] = len(s.values)
		s.values = append(s.values, value)
		s.finder = nil
	}
	if s.collecting {
		return v
	}
	return quoted(s.redactor.mark(value))
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
