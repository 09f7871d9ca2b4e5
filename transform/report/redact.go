package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Redact replaces the values of a Secret in everything that the item holds by "<redacted, N bytes>". Other items are
// left alone. N is the length of the value itself, not of its base64 form.
func Redact(i *Item) error {
	if i.Resource != "secrets" {
		return nil
	}
	for c := range i.Changes {
		change := &i.Changes[c]
		var err error
		if change.Old, err = redactAt(change.Path, change.Old); err != nil {
			return err
		}
		if change.New, err = redactAt(change.Path, change.New); err != nil {
			return err
		}
	}
	for _, part := range []*json.RawMessage{&i.Object, &i.Patch} {
		redacted, err := redactAt("", *part)
		if err != nil {
			return err
		}
		*part = redacted
	}
	return nil
}

// redactAt redacts a value that stands at path in a Secret.
func redactAt(path string, text json.RawMessage) (json.RawMessage, error) {
	if len(text) == 0 {
		return text, nil
	}
	v, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	segments := strings.Split(path, "/")[1:]
	if path == "" {
		segments = nil
	}
	return redactValue(v, segments).JSON(), nil
}

// redactValue returns the value, which stands below the given keys in a Secret, without what is secret in it.
func redactValue(v *object.Value, below []string) *object.Value {
	switch {
	case len(below) == 0:
		redactMember(v, "data")
		redactMember(v, "stringData")
		redactMember(v, "metadata")
		return v
	case below[0] == "data" || below[0] == "stringData":
		return hide(v, below[0] == "data")
	case below[0] == "metadata" && len(below) == 1:
		redactMember(v.Get("annotations"), lastApplied)
		return v
	case below[0] == "metadata" && below[1] == "annotations" && len(below) == 2:
		redactMember(v, lastApplied)
		return v
	case below[0] == "metadata" && below[1] == "annotations" && strings.HasSuffix(below[2], "last-applied-configuration"):
		return hide(v, false)
	}
	return v
}

func redactMember(v *object.Value, name string) {
	member := v.Get(name)
	if member == nil {
		return
	}
	switch name {
	case "metadata":
		redactValue(member, []string{"metadata"})
	default:
		v.Set(name, hide(member, name == "data"))
	}
}

// hide replaces every value below v.
func hide(v *object.Value, encoded bool) *object.Value {
	switch v.Kind() {
	case object.Null:
		return v
	case object.Object:
		hidden := object.New()
		for k, e := range v.Members() {
			hidden.Set(k, hide(e, encoded))
		}
		return hidden
	}
	return literal(fmt.Sprintf("<redacted, %d bytes>", size(v, encoded)))
}

// literal is a text of printable ASCII as it stands, where object.Text would escape what HTML escapes.
func literal(text string) *object.Value { return object.MustParse(`"` + text + `"`) }

func size(v *object.Value, encoded bool) int {
	text, ok := v.Text()
	if !ok {
		return len(v.JSON())
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); encoded && err == nil {
		return len(decoded)
	}
	return len(text)
}
