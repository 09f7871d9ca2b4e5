package real

import (
	"encoding/json"
	"regexp"
	"strings"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/veltx/veltx/tarball/object"
)

// body is an object as Velero sends it: it has read the numbers, so that 2.0 is sent as 2.
func body(o *object.Value) ([]byte, error) {
	var read any
	if err := utiljson.Unmarshal(o.JSON(), &read); err != nil {
		return nil, err
	}
	return json.Marshal(read)
}

// What is different each time in a message.
var (
	addresses = regexp.MustCompile(`(\(0x)[0-9a-f]+`)
	uids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
)

// steady is a message without what is different each time: addresses of Go values, and UIDs that the server gives.
func steady(message string, sent []byte) string {
	message = uids.ReplaceAllStringFunc(message, func(uid string) string {
		if strings.Contains(string(sent), uid) {
			return uid
		}
		return "(uid)"
	})
	return addresses.ReplaceAllString(message, "$1…")
}
