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

var uids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// withoutUIDs is a message without those that the server gives, which are others each time.
func withoutUIDs(message string, sent []byte) string {
	return uids.ReplaceAllStringFunc(message, func(uid string) string {
		if strings.Contains(string(sent), uid) {
			return uid
		}
		return "(uid)"
	})
}
