// Package redaction hides the values of Secrets in what is shown of items.
package redaction

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Redactor hides the values of Secrets. In the place of a value stands "<redacted, N bytes>", N being the length of the
// value itself, not of its base64 form, and behind it a short keyed hash where there is a key: "<redacted, N bytes>#1f2e3d4c".
// Equal values of one report have equal hashes. Without the key they cannot be compared with those of another report, and
// values cannot be tried out on them.
type Redactor struct {
	// Key is asked for once, before the first value is hidden; nil leaves the hashes out. The key is of the backup and
	// not of the run, so that equal input gives equal output.
	Key func() ([]byte, error)
	key []byte
	err error
}

// Item replaces the values of a Secret in everything that the item holds. Other items are left alone.
func (r *Redactor) Item(i *report.Item) error {
	if err := r.Changes(i.Resource, i.Changes); err != nil {
		return err
	}
	for _, part := range []*json.RawMessage{&i.Object, &i.Patch} {
		redacted, err := r.at(i.Resource, "", *part)
		if err != nil {
			return err
		}
		*part = redacted
	}
	return nil
}

// Changes replaces the values of a Secret in changes of an item of this resource.
func (r *Redactor) Changes(resource string, changes []report.Change) error {
	for n := range changes {
		c := &changes[n]
		var err error
		if c.Old, err = r.at(resource, c.Path, c.Old); err != nil {
			return err
		}
		if c.New, err = r.at(resource, c.Path, c.New); err != nil {
			return err
		}
	}
	return nil
}

// Object is an item of this resource without the values of a Secret. The item itself stays as it is; nil stays nil.
func (r *Redactor) Object(resource string, item *object.Value) (*object.Value, error) {
	if resource != layout.Secrets || item == nil {
		return item, nil
	}
	redacted := r.value(item.Clone(), nil)
	if r.err != nil {
		return nil, r.err
	}
	return redacted, nil
}

// at redacts a value that stands at path in an item of this resource.
func (r *Redactor) at(resource, path string, text json.RawMessage) (json.RawMessage, error) {
	if resource != layout.Secrets || len(text) == 0 {
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
	v = r.value(v, segments)
	return v.JSON(), r.err
}

// value returns the value, which stands below the given keys in a Secret, without what is secret in it.
func (r *Redactor) value(v *object.Value, below []string) *object.Value {
	switch {
	case len(below) == 0:
		r.member(v, "data")
		r.member(v, "stringData")
		r.member(v, "metadata")
		return v
	case below[0] == "data" || below[0] == "stringData":
		return r.hide(v, below[0] == "data")
	case below[0] == "metadata" && len(below) == 1:
		r.member(v.Get("annotations"), lastApplied)
		return v
	case below[0] == "metadata" && below[1] == "annotations" && len(below) == 2:
		r.member(v, lastApplied)
		return v
	case below[0] == "metadata" && below[1] == "annotations" && strings.HasSuffix(below[2], "last-applied-configuration"):
		return r.hide(v, false)
	}
	return v
}

func (r *Redactor) member(v *object.Value, name string) {
	member := v.Get(name)
	if member == nil {
		return
	}
	switch name {
	case "metadata":
		r.value(member, []string{"metadata"})
	default:
		v.Set(name, r.hide(member, name == "data"))
	}
}

// hide replaces every value below v.
func (r *Redactor) hide(v *object.Value, encoded bool) *object.Value {
	switch v.Kind() {
	case object.Null:
		return v
	case object.Object:
		hidden := object.New()
		for k, e := range v.Members() {
			hidden.Set(k, r.hide(e, encoded))
		}
		return hidden
	}
	return r.mark(plainValue(v, encoded))
}

// mark is what stands in the place of a value. Its angle brackets stay as they are in JSON.
func (r *Redactor) mark(value []byte) *object.Value {
	text := `"<redacted, ` + strconv.Itoa(len(value)) + ` bytes>`
	if key := r.useKey(); key != nil {
		text += "#" + ShortHash(key, value)
	}
	return object.MustParse(text + `"`)
}

// ShortHash tells equal values from others without showing them. Without the key values cannot be tried out on it.
func ShortHash(key, value []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

func (r *Redactor) useKey() []byte {
	if r.key == nil && r.Key != nil && r.err == nil {
		r.key, r.err = r.Key()
	}
	return r.key
}

// plainValue is the value itself, out of its base64 form.
func plainValue(v *object.Value, encoded bool) []byte {
	text, ok := v.Text()
	if !ok {
		return v.JSON()
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); encoded && err == nil {
		return decoded
	}
	return []byte(text)
}
