package backup

import (
	"fmt"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

func podWith(name, claim, rest string) string {
	return fmt.Sprintf(`{kind: Pod, metadata: {name: %s, namespace: shop}, spec: {nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: %s}}]}, status: {phase: Running}%s}`, name, claim, rest)
}

func TestPVCBlock(t *testing.T) {
	const claim = `
		metadata: {name: data, namespace: shop, labels: {group: g}}
		spec: {volumeName: pv-1}
		status: {phase: Bound}`
	pod := func(name string) actions.ItemRef {
		return actions.ItemRef{Resource: "pods", Namespace: "shop", Name: name}
	}
	actiontest.Run(t, PVCBlock(), []actiontest.Case{{
		Name: "the volume, then the running pods that mount the claim",
		Item: claim,
		Target: []string{
			podWith("web-1", "data", ""), podWith("web-0", "data", ""), podWith("other", "else", ""),
			`{kind: Pod, metadata: {name: done, namespace: shop}, spec: {nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}, status: {phase: Succeeded}}`,
			`{kind: Pod, metadata: {name: waiting, namespace: shop}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}, status: {phase: Running}}`,
			`{kind: Pod, metadata: {name: leaving, namespace: shop, deletionTimestamp: "2026-01-01T00:00:00Z"}, spec: {nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}, status: {phase: Running}}`,
		},
		Additional: append(volumeOne[:1:1], pod("web-0"), pod("web-1")),
	}, {
		Name:   "the other claims of its volume group",
		Item:   claim,
		Backup: actions.Backup{Spec: velero.BackupSpec{VolumeGroupSnapshotLabelKey: "group"}},
		Target: []string{
			`{kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop, labels: {group: g}}}`,
			`{kind: PersistentVolumeClaim, metadata: {name: log, namespace: shop, labels: {group: g}}}`,
			`{kind: PersistentVolumeClaim, metadata: {name: far, namespace: ci, labels: {group: g}}}`,
			`{kind: PersistentVolumeClaim, metadata: {name: off, namespace: shop, labels: {group: h}}}`,
		},
		Additional: append(volumeOne[:1:1], shopClaim("log")),
	}, {
		Name:   "a claim that is not bound stands alone",
		Item:   `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1}, status: {phase: Pending}}`,
		Target: []string{podWith("web-0", "data", "")},
	}})
	actiontest.Selector(t, PVCBlock(), "", "persistentvolumeclaims")
}
