package redact

import (
	"encoding/base64"
	"iter"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/redaction"
)

// scrubber works on one item.
type scrubber struct {
	*archive
	values int // replaced
}

// dockerConfigs are the keys of Secrets that the API server wants to be JSON of a certain form.
var dockerConfigs = map[string]string{".dockercfg": "{}", ".dockerconfigjson": `{"auths":{}}`}

func (s *scrubber) item(resource string, o *object.Value) {
	switch resource {
	case "secrets":
		s.secret(o)
	case "configmaps":
		s.configMap(o)
	default:
		s.walk(o.Get("spec"))
	}
	s.annotations(resource, o.Get("metadata", "annotations"))
}

// secret replaces all values. A fixed text stands where the API server wants JSON.
func (s *scrubber) secret(o *object.Value) {
	hide := func(list string, encoded bool) {
		for key, plain := range texts(o.Get(list), encoded) {
			s.replace(o.Get(list), key, plain, dockerConfigs[key], encoded)
		}
	}
	hide("data", true)
	hide("stringData", false)
}

// configMap replaces values that look like secrets, or whose keys do.
func (s *scrubber) configMap(o *object.Value) {
	hide := func(list string, encoded bool) {
		for key, plain := range texts(o.Get(list), encoded) {
			if s.isSecret(key, string(plain)) {
				s.replace(o.Get(list), key, plain, "", encoded)
			}
		}
	}
	hide("data", false)
	hide("binaryData", true)
}

// texts are the members that are strings, decoded where they are base64. What is empty says nothing and is left out.
func texts(list *object.Value, encoded bool) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for key, v := range list.Members() {
			text, ok := v.Text()
			if !ok || text == "" {
				continue
			}
			plain := []byte(text)
			if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && encoded {
				plain = decoded
			}
			if !yield(key, plain) {
				return
			}
		}
	}
}

// replace puts a placeholder, or a fixed text, in the place of a member. Equal values have equal placeholders.
func (s *scrubber) replace(parent *object.Value, key string, plain []byte, fixed string, encoded bool) {
	text := fixed
	if text == "" {
		text = s.placeholder(plain)
	}
	if encoded {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	parent.Set(key, object.Text(text))
	s.values++
}

func (s *scrubber) placeholder(plain []byte) string {
	return "redacted-" + redaction.ShortHash(s.key, plain)
}

// walk looks for environment variables, commands and arguments, and for members with suspicious names, wherever they
// stand: custom resources have pod specs, and fields for passwords, too.
func (s *scrubber) walk(v *object.Value) {
	switch v.Kind() {
	case object.Array:
		for _, e := range v.Elements() {
			s.walk(e)
		}
	case object.Object:
		for name, member := range v.Members() {
			s.member(v, name, member)
		}
	}
}

func (s *scrubber) member(parent *object.Value, name string, member *object.Value) {
	text, isText := member.Text()
	switch {
	case name == "env" && member.Kind() == object.Array:
		s.environment(member)
	case (name == "args" || name == "command") && member.Kind() == object.Array:
		s.arguments(member)
	case isText && text != "" && s.isSecretText(text):
		s.replace(parent, name, []byte(text), "", false)
	case !isText:
		s.walk(member)
	}
}

func (s *scrubber) environment(list *object.Value) {
	for _, e := range list.Elements() {
		if value := e.Get("value").Str(); value != "" && s.isSecret(e.Get("name").Str(), value) {
			s.replace(e, "value", []byte(value), "", false)
		}
	}
}

func (s *scrubber) arguments(list *object.Value) {
	elements := append([]*object.Value{}, list.Elements()...)
	changed := false
	for i, e := range elements {
		if text := e.Str(); text != "" && s.isSecretText(text) {
			elements[i] = object.Text(s.placeholder([]byte(text)))
			s.values++
			changed = true
		}
	}
	if changed {
		list.SetElements(elements)
	}
}

// annotations scrubs what was last applied as the item itself, and other annotations by their values.
func (s *scrubber) annotations(resource string, annotations *object.Value) {
	for name, v := range annotations.Members() {
		text, ok := v.Text()
		switch {
		case !ok || text == "":
		case strings.HasSuffix(name, "last-applied-configuration"):
			s.lastApplied(resource, annotations, name, text)
		case s.isSecretText(text):
			s.replace(annotations, name, []byte(text), "", false)
		}
	}
}

// lastApplied scrubs an annotation that holds the item as somebody wrote it. Text that is no JSON could hold anything.
func (s *scrubber) lastApplied(resource string, annotations *object.Value, name, text string) {
	applied, err := object.Parse([]byte(text))
	if err != nil || applied.Kind() != object.Object {
		s.replace(annotations, name, []byte(text), "{}", false)
		return
	}
	before := s.values
	s.item(resource, applied)
	if s.values > before {
		annotations.Set(name, object.Text(string(applied.JSON())))
	}
}
