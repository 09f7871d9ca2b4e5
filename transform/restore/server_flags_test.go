package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

func TestTheServersFlagsCapTheExtraction(t *testing.T) {
	deployment := func(namespace, args string) *object.Value {
		return object.MustParse(`{"kind":"Deployment","metadata":{"name":"velero","namespace":"` + namespace +
			`"},"spec":{"template":{"spec":{"containers":[{"command":["/velero"],"args":` + args + `}]}}}}`)
	}
	for _, test := range []struct {
		name    string
		profile actions.Profile
		target  *object.Value
		want    int64
	}{
		{"1.18 has no cap", actions.V1_18_3, deployment("velero", `["server","--max-backup-extraction-size=1"]`), 0},
		{"1.19 unpacks 16 GiB", actions.V1_19, deployment("velero", `["server"]`), 16 << 30},
		{"the server has another cap", actions.V1_19, deployment("velero", `["server","--max-backup-extraction-size=100"]`), 100 << 20},
		{"as the next word", actions.V1_19, deployment("velero", `["server","--max-backup-extraction-size","100"]`), 100 << 20},
		{"none, or what is no number, is that of the server", actions.V1_19, deployment("velero", `["server","--max-backup-extraction-size=0"]`), 16 << 30},
		{"another server says nothing", actions.V1_19, deployment("other", `["server","--max-backup-extraction-size=100"]`), 16 << 30},
	} {
		o := &Options{Profile: test.profile, Restore: &velero.Restore{}, Target: []*object.Value{test.target}}
		o.Restore.Namespace = "velero"
		if got := o.extractionCap(); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}
