// Package redaction hides the values of Secrets in what is shown of items.
package redaction

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

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

// Of returns what hides the values that a Secret has in any of its versions, nil for an item that is none.
func (r *Redactor) Of(resource string, versions ...*object.Value) *Secret {
	if r == nil || resource != layout.Secrets {
		return nil
	}
	return &Secret{redactor: r, versions: versions}
}

// mark is what stands in the place of a value.
func (r *Redactor) mark(value string) string {
	text := "<redacted, " + strconv.Itoa(len(value)) + " bytes>"
	if r.key == nil && r.Key != nil && r.err == nil {
		r.key, r.err = r.Key()
	}
	if r.key != nil {
		text += "#" + ShortHash(r.key, []byte(value))
	}
	return text
}

// quoted is a mark as JSON, in which its angle brackets stay as they are.
func quoted(mark string) *object.Value { return object.MustParse(`"` + mark + `"`) }

// ShortHash tells equal values from others without showing them. Without the key values cannot be tried out on it.
func ShortHash(key, value []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil)[:4])
}
