package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestCSIVolumeSnapshotClassRestorer(t *testing.T) {
	const secret = `{metadata: {name: c, annotations: {csi.storage.k8s.io/snapshotter-list-secret-name: s, csi.storage.k8s.io/snapshotter-list-secret-namespace: ns}}}`
	actiontest.Run(t, CSIVolumeSnapshotClassRestorer(), []actiontest.Case{
		{Name: "the Secret of both annotations is brought in", Item: secret, Additional: []actions.ItemRef{{Resource: "secrets", Namespace: "ns", Name: "s"}}},
		{Name: "one annotation names none", Item: `{metadata: {name: c, annotations: {csi.storage.k8s.io/snapshotter-list-secret-name: s}}}`},
		{Name: "no annotations", Item: `{metadata: {name: c}}`},
		{Name: "restorePVs false skips the class", Item: secret, Restore: restoreNoVolumes, WantSkip: true},
		{Name: "an annotation of the wrong type", Item: `{metadata: {name: c, annotations: {a: 1}}}`, Err: "metadata.annotations[a]: is number, not a string"},
	})
	actiontest.Selector(t, CSIVolumeSnapshotClassRestorer(), "", "volumesnapshotclasses.snapshot.storage.k8s.io")
}
