package backup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/object"
)

var volumeOne = []actions.ItemRef{{Resource: "persistentvolumes", Name: "pv-1"}}

func TestPV(t *testing.T) {
	actiontest.Run(t, PV(actions.V1_18), []actiontest.Case{{
		Name:       "a bound claim brings its volume, and loses data source and selector",
		Additional: volumeOne,
		Item: `
			metadata: {name: data, namespace: shop}
			spec:
			  volumeName: pv-1
			  storageClassName: fast
			  dataSource: {kind: VolumeSnapshot, name: s}
			  dataSourceRef: {kind: VolumeSnapshot, name: s}
			  selector: {matchLabels: {a: b}}
			status: {phase: Bound}`,
		Want: `
			metadata: {name: data, namespace: shop}
			spec: {volumeName: pv-1, storageClassName: fast}
			status: {phase: Bound}`,
	}, {
		Name:       "the selector stays where the storage class is empty on purpose, without Velero's labels",
		Additional: volumeOne,
		Item: `
			metadata: {name: data, namespace: shop}
			spec: {volumeName: pv-1, storageClassName: "", selector: {matchLabels: {a: b, velero.io/restore-name: r}}}
			status: {phase: Bound}`,
		Want: `
			metadata: {name: data, namespace: shop}
			spec: {volumeName: pv-1, storageClassName: "", selector: {matchLabels: {a: b}}}
			status: {phase: Bound}`,
	}, {
		Name:       "labels of earlier restores and of other backups go, those of this backup stay",
		Backup:     actions.Backup{Name: "nightly"},
		Additional: volumeOne,
		Item: `
			metadata:
			  name: data
			  namespace: shop
			  labels:
			    app: web
			    velero.io/backup-name: nightly
			    velero.io/restore-name: r
			    velero.io/volume-snapshot-name: s
			    backup.velero.io/must-include-additional-items: "true"
			spec: {volumeName: pv-1, storageClassName: null}
			status: {phase: Bound}`,
		Want: `
			metadata: {name: data, namespace: shop, labels: {app: web, velero.io/backup-name: nightly}}
			spec: {volumeName: pv-1, storageClassName: null}
			status: {phase: Bound}`,
	}, {
		Name:       "labels that become empty go as a whole",
		Additional: volumeOne,
		Item: `
			metadata: {name: data, namespace: shop, labels: {velero.io/backup-name: other}}
			spec: {volumeName: pv-1}
			status: {phase: Bound}`,
		Want: `
			metadata: {name: data, namespace: shop}
			spec: {volumeName: pv-1}
			status: {phase: Bound}`,
	}, {
		Name: "a claim that is not bound stays as it is",
		Item: `
			metadata: {name: data, namespace: shop, labels: {velero.io/restore-name: r}}
			spec: {volumeName: pv-1, selector: {matchLabels: {a: b}}}
			status: {phase: Pending}`,
	}, {
		Name: "so does a bound one that names no volume",
		Item: `{metadata: {name: data, namespace: shop}, spec: {dataSource: {kind: X}}, status: {phase: Bound}}`,
	}, {
		Name: "a phase that is no text fails",
		Item: `{metadata: {name: data}, status: {phase: 1}}`,
		Err:  "status.phase: is number, not a string",
	}, {
		Name: "so does a selector's label that is no text",
		Item: `{metadata: {name: data}, spec: {selector: {matchLabels: {a: true}}}}`,
		Err:  "spec.selector.matchLabels[a]: is boolean, not a string",
	}})
	actiontest.Run(t, PV(actions.V1_6), []actiontest.Case{{
		Name:       "1.6 brings the volume and leaves the claim alone",
		Additional: volumeOne,
		Item: `
			metadata: {name: data, namespace: shop, labels: {velero.io/restore-name: r}}
			spec: {volumeName: pv-1, dataSource: {kind: X}, selector: {matchLabels: {a: b}}}
			status: {phase: Bound}`,
	}})
	actiontest.Selector(t, PV(actions.V1_18), "", "persistentvolumeclaims")
}

// Work is counted by allocations: a key that is looked for among those that stand unsorted makes an index of them.
func TestLabelsOfAClaimAreDroppedWithWorkThatGrowsAsTheyDo(t *testing.T) {
	allocs := func(n int) float64 {
		var labels strings.Builder
		for i := range n {
			fmt.Fprintf(&labels, `"velero.io/k%06d":"v",`, n-i)
		}
		text := []byte(`{"spec":{"storageClassName":"","volumeName":"pv-1","selector":{"matchLabels":{` + labels.String() + `"app":"web"}}},"status":{"phase":"Bound"}}`)
		return testing.AllocsPerRun(1, func() {
			claim, err := object.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			freeClaim(&actions.Input{Item: claim, Backup: &actions.Backup{}})
			if left := claim.Get("spec", "selector", "matchLabels").Len(); left != 1 {
				t.Errorf("%d labels are left", left)
			}
		})
	}
	if few, many := allocs(20_000), allocs(40_000); many > 3*few {
		t.Errorf("20,000 labels take %.0f allocations, 40,000 take %.0f", few, many)
	}
}
