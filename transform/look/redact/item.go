package redact

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/redaction"
)

// scrubber works on one item.
type scrubber struct {
	*archive
	named  named
	values int // replaced
}

// place is where a value stands, as far as that says what it is.
type place struct {
	name   string
	secret bool // by its name
	of     sort
}

// dockerConfigs are the keys of Secrets that the API server wants to be JSON of a certain form.
var dockerConfigs = map[string]string{".dockercfg": "{}", ".dockerconfigjson": `{"auths":{}}`}

// identity are the members of an item, and of its metadata, by which it is found and owned. They stay.
var identity = map[string]bool{
	"apiVersion": true, "kind": true, "name": true, "namespace": true, "generateName": true, "uid": true, "resourceVersion": true,
	"creationTimestamp": true, "deletionTimestamp": true, "selfLink": true, "ownerReferences": true, "managedFields": true,
}

// item replaces what is secret in an item.
func (s *scrubber) item(resource string, o *object.Value) {
	of := config
	if resource == layout.CRDs {
		of = prose
	}
	o.Edit(func(name string, v *object.Value) *object.Value {
		switch {
		case name == "apiVersion" || name == "kind":
			return v
		case name == "metadata":
			s.metadata(resource, v)
			return v
		case resource == layout.Secrets && name == "data":
			return s.secret(v, true)
		case name == "stringData" && v.Kind() == object.Object:
			return s.secret(v, false)
		case resource == "configmaps" && (name == "data" || name == "binaryData"):
			return s.files(v, name == "binaryData")
		}
		return s.walk(v, place{name: name, of: of, secret: isSecretName(name)})
	})
}

func (s *scrubber) metadata(resource string, metadata *object.Value) {
	metadata.Edit(func(name string, v *object.Value) *object.Value {
		switch {
		case identity[name]:
			return v
		case name == "annotations":
			v.Edit(func(name string, v *object.Value) *object.Value { return s.annotation(resource, name, v) })
			return v
		case name == "labels":
			v.Edit(func(name string, v *object.Value) *object.Value {
				return s.leaf(v, place{name: name, secret: isSecretName(name) && looksRandom(v.Str()), of: prose})
			})
			return v
		}
		return s.walk(v, place{name: name})
	})
}

// annotation replaces what is secret in an annotation. What was last applied is an item itself; text that is no JSON, as
// tools pack it, could hold anything.
func (s *scrubber) annotation(resource, name string, v *object.Value) *object.Value {
	text := v.Str()
	if text == "" || !redaction.WholeSecret(name) {
		return s.walk(v, place{name: name, secret: isSecretName(name)})
	}
	applied, isObject := asJSON(text)
	switch before := s.values; {
	case isObject && applied.Kind() == object.Object:
		if s.item(resource, applied); s.values == before {
			return v
		}
		return object.Text(string(applied.JSON()))
	case strings.HasSuffix(name, "last-applied-configuration"):
		s.values++
		return object.Text("{}")
	case resource == layout.Secrets || looksRandom(text):
		return s.hidden(text)
	}
	return s.leaf(v, place{name: name})
}

// secret replaces all values. A fixed text stands where the API server wants JSON.
func (s *scrubber) secret(list *object.Value, encoded bool) *object.Value {
	list.Edit(func(key string, v *object.Value) *object.Value {
		plain := plainText(v, encoded)
		if plain == "" || plain == s.named.fields["/data/"+key] {
			return v
		}
		text := dockerConfigs[key]
		if text == "" {
			text = s.placeholder([]byte(plain))
		}
		if encoded {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		s.values++
		return object.Text(text)
	})
	return list
}

// files replaces what is secret in the files of a ConfigMap: those that are no more than a value by their names.
func (s *scrubber) files(list *object.Value, encoded bool) *object.Value {
	list.Edit(func(key string, v *object.Value) *object.Value {
		plain := plainText(v, encoded)
		if plain == "" {
			return v
		}
		at := place{name: key, secret: isSecretName(key) && !(documentName.MatchString(key) && strings.ContainsAny(strings.TrimSpace(plain), " \n"))}
		if proseFile.MatchString(key) {
			at.of, at.secret = prose, false
		}
		before := s.values
		hidden := s.leaf(object.Text(plain), at)
		if s.values == before {
			return v
		}
		if encoded {
			return object.Text(base64.StdEncoding.EncodeToString([]byte(hidden.Str())))
		}
		return hidden
	})
	return list
}

// plainText is the text of a value, out of its base64 form; "" where it is none.
func plainText(v *object.Value, encoded bool) string {
	text := v.Str()
	if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && encoded {
		return string(decoded)
	}
	return text
}

// walk replaces what is secret in a value, wherever it stands: custom resources have pod specs, and fields for passwords,
// too.
func (s *scrubber) walk(v *object.Value, at place) *object.Value {
	switch v.Kind() {
	case object.Object:
		s.members(v, at)
	case object.Array:
		s.list(v, at)
	case object.String:
		return s.leaf(v, at)
	case object.Number:
		if at.secret && passwordName.MatchString(at.name) {
			s.values++
			return object.Integer(0)
		}
	}
	return v
}

// passwordName is a name whose value is a secret even if it is a number.
var passwordName = regexp.MustCompile(`(?i)passw|passphrase|(^|[^a-z])pin$`)

// members replaces what is secret in an object. Where one member names what another holds, the name counts.
func (s *scrubber) members(o *object.Value, at place) {
	if isSchema(o) {
		at.of = prose
	}
	is := s.shapeOf(o)
	o.Edit(func(name string, v *object.Value) *object.Value {
		in := place{name: name, of: at.of, secret: isSecretName(name)}
		switch {
		case proseName.MatchString(name) || name == "openAPIV3Schema":
			in.of = prose
		case is.secret && name == "data" || name == "stringData" && at.of == config && v.Kind() == object.Object:
			return s.secret(v, name == "data")
		case is.pair && valueNames[strings.ToLower(name)]:
			in.secret = true
		case is.reference:
			in.secret = in.secret && name != "secretKey"
		case strings.EqualFold(name, "key"):
			in.secret = looksRandom(v.Str())
		case name == "annotations" && v.Kind() == object.Object:
			v.Edit(func(name string, v *object.Value) *object.Value { return s.annotation("", name, v) })
			return v
		}
		return s.walk(v, in)
	})
}

// shape is what the members of an object are to each other.
type shape struct {
	secret    bool // a Secret within another item
	pair      bool // the name of a secret, and the secret
	reference bool // to a key of something else, or a selector
}

var valueNames = map[string]bool{"value": true, "values": true, "v": true, "content": true, "stringvalue": true, "default": true, "defaultvalue": true}

func (s *scrubber) shapeOf(o *object.Value) shape {
	var is shape
	for name, v := range o.Members() {
		switch strings.ToLower(name) {
		case "kind":
			is.secret = is.secret || v.Is("Secret")
		case "name", "key", "k", "header", "headername", "option", "parameter", "param", "variable", "env", "id":
			text := v.Str()
			is.pair = is.pair || isSecretName(text)
			is.reference = is.reference || strings.EqualFold(name, "name")
		case "operator", "effect", "path", "optional", "topologykey", "remoteref", "property":
			is.reference = true
		}
	}
	return is
}

// isSchema says that an object describes others, in which the names of members say nothing of their values.
func isSchema(o *object.Value) bool {
	return o.Get("properties").Kind() == object.Object && o.Get("type").Kind() == object.String || o.Has("$schema")
}

// list replaces what is secret in a list: in one of strings the word behind a suspicious flag, too.
func (s *scrubber) list(v *object.Value, at place) {
	tool := ""
	for _, e := range v.Elements() {
		if text := e.Str(); at.of == config && tool == "" && text != "" && len(text) < 256 {
			tool = toolName.FindString(text)
		}
	}
	if e := v.Elements(); at.of == config && len(e) == 2 && oneWord.MatchString(e[0].Str()) && isSecretName(e[0].Str()) && looksRandom(e[1].Str()) && s.isSecret(e[1].Str()) {
		v.SetElements([]*object.Value{e[0], s.hidden(e[1].Str())}) // a name and its value
		return
	}
	before := ""
	v.Edit(func(_ string, e *object.Value) *object.Value {
		if e.Kind() != object.String {
			before = ""
			return s.walk(e, at)
		}
		text := e.Str()
		flag := before
		before = text
		if at.of == prose || !strings.HasPrefix(flag, "-") {
			return s.leaf(e, at)
		}
		user, password, both := strings.Cut(text, ":")
		switch {
		case isSecretFlag(flag, tool, text) && s.isSecret(text) && !strings.HasPrefix(text, "-"):
			return s.hidden(text)
		case userFlags[flag] && both && !onlyDigits.MatchString(text) && !strings.HasPrefix(password, "//") && s.isSecret(password):
			s.values++
			return object.Text(user + ":" + s.placeholder([]byte(password)))
		}
		return s.leaf(e, at)
	})
}

var oneWord = regexp.MustCompile(`^[A-Za-z][\w.-]*$`)

// toolName matches commands whose short flags are known.
var toolName = regexp.MustCompile(`\b(mysql|mariadb|mongo|sshpass|docker|podman|redis-cli|valkey-cli|ldap|sqlcmd|7z)`)

// passwordFlags are the short flags for passwords of these.
var passwordFlags = map[string]string{
	"mysql": "-p", "mariadb": "-p", "mongo": "-p", "sshpass": "-p", "docker": "-p", "podman": "-p", "redis-cli": "-a", "valkey-cli": "-a",
	"ldap": "-w", "sqlcmd": "-P", "7z": "-p",
}

var userFlags = map[string]bool{"-u": true, "--user": true, "--userpwd": true, "--basic-auth": true}

// isSecretFlag says that the word behind a flag is a secret, by the name of the flag or of the tool.
func isSecretFlag(flag, tool, value string) bool {
	name := strings.TrimLeft(flag, "-")
	switch {
	case strings.ContainsAny(flag, "= "):
		return false
	case len(name) > 1:
		return isSecretName(name)
	case passwordFlags[tool] == flag:
		return true
	}
	return name == "p" && looksRandom(value)
}

// leaf replaces a string that is a secret by its name, or what is secret in it.
func (s *scrubber) leaf(v *object.Value, at place) *object.Value {
	text := v.Str()
	if text == "" {
		return v
	}
	if s.isNamed(at.name) || at.secret && (at.of == config || looksRandom(text)) && s.isSecret(text) && !isFile(text) {
		if start, end, _ := s.known.words.Find(text, 0); start != 0 || end != len(text) {
			return s.hidden(text)
		}
	}
	if hidden := s.text(text, at.of); hidden != text {
		return object.Text(hidden)
	}
	return v
}

// isFile says that a text under a suspicious name is a file, to be judged line by line.
func isFile(text string) bool {
	if _, ok := asJSON(text); ok {
		return true
	}
	return strings.Count(text, "\n") > 3 && !strings.Contains(text, "-----BEGIN")
}

// isNamed says that the user calls what goes by this name a secret.
func (s *scrubber) isNamed(name string) bool {
	for _, p := range s.patterns {
		if p.MatchString(name) {
			return true
		}
	}
	return false
}

func (s *scrubber) hidden(plain string) *object.Value {
	s.values++
	return object.Text(s.placeholder([]byte(plain)))
}

// placeholder takes the place of a value. Equal values have equal placeholders.
func (s *scrubber) placeholder(plain []byte) string {
	return "redacted-" + redaction.ShortHash(s.key, plain)
}
