package yamldiff

import (
	"bytes"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// document is a value as YAML with its keys sorted, and of an object each member by itself: most of them are the same
// before a restore and after it, and need not be sorted and written twice.
type document struct {
	text    []byte
	members map[string]section
}

// section is what a member is as JSON and as YAML.
type section struct{ json, yaml []byte }

// newDocument takes what it can from another document of nearly the same value, which may be nil.
func newDocument(v *object.Value, other *document) *document {
	if v.Kind() != object.Object || v.Len() == 0 {
		return &document{text: yamltext.AppendJSON(nil, v.AppendSorted(nil))}
	}
	d := &document{members: make(map[string]section, v.Len())}
	for _, key := range sortedKeys(v) {
		s := section{json: v.Get(key).JSON()}
		if other != nil && bytes.Equal(other.members[key].json, s.json) {
			s.yaml = other.members[key].yaml
		} else {
			s.yaml = memberText(key, v.Get(key))
		}
		d.members[key] = s
		d.text = append(d.text, s.yaml...)
	}
	return d
}

func memberText(key string, v *object.Value) []byte {
	text := append(object.Text(key).Append([]byte{'{'}), ':')
	return yamltext.AppendJSON(nil, append(v.AppendSorted(text), '}'))
}
