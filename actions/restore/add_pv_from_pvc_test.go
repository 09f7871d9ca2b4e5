package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestAddPVFromPVC(t *testing.T) {
	actiontest.Run(t, AddPVFromPVC(), []actiontest.Case{{
		Name:       "a bound claim brings in its volume; its annotations stay",
		Item:       `{metadata: {name: data, annotations: {pv.kubernetes.io/bind-completed: "yes"}}, spec: {volumeName: other}}`,
		FromBackup: boundClaim, Additional: volumeRef("pv-1"),
	}, {
		Name: "one that is pending does not",
		Item: `{metadata: {name: data}, spec: {volumeName: pv-1}, status: {phase: Pending}}`,
	}, {
		Name: "nor does one without status or volume",
		Item: `{metadata: {name: data}}`,
	}, {
		Name: "a status of the wrong type",
		Item: `{metadata: {name: data}, status: Bound}`,
		Err:  "status: is string, not an object",
	}})
	actiontest.Selector(t, AddPVFromPVC(), "", "persistentvolumeclaims")
}
