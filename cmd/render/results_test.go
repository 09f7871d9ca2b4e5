package render

import (
	"testing"

	"github.com/veltx/veltx/transform/look/inspect"
)

func TestALineOfTheResultsIsToldInWords(t *testing.T) {
	for _, row := range []struct{ at, text, want string }{
		{"cluster", " resource: /persistentvolumes name: /pv-nfs message: /No volume ID", "persistentvolumes/pv-nfs: No volume ID"},
		{"shop", " resource: /pods name: /web-0 message: /Error backing up item error: /rpc error: gone", "shop: pods/web-0: Error backing up item: rpc error: gone"},
		{"shop", " name: /web-0 message: /Error backing up item", "shop: web-0: Error backing up item"},
		{"velero", " message: /Failed to discover group: stub.example.io/v1alpha1 error: /stale", "velero: Failed to discover group: stub.example.io/v1alpha1: stale"},
		{"velero", "plain words", "velero: plain words"},
	} {
		if got := messageText(&inspect.Message{At: row.at, Text: row.text}); got != row.want {
			t.Errorf("%s: got %s, want %s", row.text, got, row.want)
		}
	}
}
