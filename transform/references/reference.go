package references

import (
	"fmt"
	"strings"
)

// Sure says how sure it is that a text names a namespace.
type Sure uint8

// The degrees.
const (
	Possible Sure = iota // the bare word
	Likely               // it can hardly mean anything else
	Certain              // the field is a namespace, or holds one, by its API
)

var sureWords = [...]string{"possible", "likely", "certain"}

// String returns the word for it.
func (s Sure) String() string { return sureWords[s] }

// MarshalText implements encoding.TextMarshaler.
func (s Sure) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Sure) UnmarshalText(text []byte) error {
	for i, word := range sureWords {
		if word == string(text) {
			*s = Sure(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not one of possible, likely and certain", text)
}

// Kind is the form in which a namespace is named.
type Kind string

// The kinds.
const (
	Field    Kind = "field"     // a field that is a namespace
	Selector Kind = "selector"  // a selector of namespaces by their name
	User     Kind = "user"      // the user name or group of ServiceAccounts
	DNSName  Kind = "dns-name"  // of a Service, a pod, or all Services of a namespace
	Pair     Kind = "pair"      // namespace/name
	Flag     Kind = "flag"      // of a command
	Variable Kind = "variable"  // of an environment, or a parameter
	Setting  Kind = "setting"   // a key and its value in a text
	Image    Kind = "image"     // in the registry of OpenShift
	APIPath  Kind = "api-path"  // .../namespaces/NAME of a URL
	Identity Kind = "spiffe-id" // .../ns/NAME/sa/...
	Word     Kind = "word"      // nothing but the word
)

// Velero and APIServer are who rewrites a reference by themselves.
const (
	Velero    = "velero"
	APIServer = "api-server"
)

// Reference is a place, or several of one text in one string, where an item names a namespace.
type Reference struct {
	Path      string `json:"path"` // JSON pointer to the string
	Kind      Kind   `json:"kind"`
	Sure      Sure   `json:"sure"`
	Namespace string `json:"refersTo"`       // as it is called in the backup
	Text      string `json:"text,omitempty"` // the part of the string that names it; "" in a Secret
	Times     int    `json:"times"`
	By        string `json:"rewrittenBy,omitempty"` // Velero or the API server; "" if nothing rewrites it
	Encoded   bool   `json:"base64,omitempty"`      // the string is in base64

	tokens []string
	spans  []mention
}

// Field is the path as findings have it: spec.rules[0].from[0].
func (r *Reference) Field() string {
	var b strings.Builder
	for i, token := range r.tokens {
		switch {
		case index(token) >= 0 && i > 0:
			b.WriteString("[" + token + "]")
		case strings.ContainsAny(token, "./"):
			b.WriteString("[" + token + "]")
		case i > 0:
			b.WriteString("." + token)
		default:
			b.WriteString(token)
		}
	}
	return b.String()
}

// Objects are the objects that a backup has, by their namespaces there.
type Objects interface {
	HasService(namespace, name string) bool
	// HasObject says whether there is an object of the name, of whichever resource.
	HasObject(namespace, name string) bool
	// Schema is what the CustomResourceDefinition of a resource says of its fields, nil where that is not known.
	Schema(resource string) *Schema
}

// None are no objects: what is likely only with an object at hand is not found.
type None struct{}

// HasService implements Objects.
func (None) HasService(string, string) bool { return false }

// HasObject implements Objects.
func (None) HasObject(string, string) bool { return false }

// Schema implements Objects.
func (None) Schema(string) *Schema { return nil }
