package report

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Redactor hides the values of Secrets. In the place of a value stands "<redacted, N bytes>", N being the length of the
// value itself, not of its base64 form, and behind it a short keyed hash where there is a key: "<redacted, N bytes>#1f2e3d4c".
// Equal values of one report have equal hashes. Without the key nobody can compare them with those of another report,
// or try out what a value may be.
type Redactor struct {
	// Key is asked for once, before the first value is hidden; nil leaves the hashes out. The key is of the backup and
	// not of the run, so that equal input gives equal output.
	Key func() ([]byte, error)
	key []byte
	err error
}

// Redact hides the values of a Secret without hashes.
func Redact(i *Item) error { return new(Redactor).Redact(i) }

// Redact replaces the values of a Secret in everything that the item holds. Other items are left alone.
func (r *Redactor) Redact(i *Item) error {
	if i.Resource != "secrets" {
		return nil
	}
	for c := range i.Changes {
		change := &i.Changes[c]
		var err error
		if change.Old, err = r.at(change.Path, change.Old); err != nil {
			return err
		}
		if change.New, err = r.at(change.Path, change.New); err != nil {
			return err
		}
	}
	for _, part := range []*json.RawMessage{&i.Object, &i.Patch} {
		redacted, err := r.at("", *part)
		if err != nil {
			return err
		}
		*part = redacted
	}
	return nil
}

// at redacts a value that stands at path in a Secret.
func (r *Redactor) at(path string, text json.RawMessage) (json.RawMessage, error) {
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

// ShortHash tells equal values from others, to those who see no values. Without the key nobody can try out what a value
// may be.
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
