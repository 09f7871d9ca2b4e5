package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestCSIVolumeSnapshotContentBackupper(t *testing.T) {
	actiontest.Run(t, CSIVolumeSnapshotContentBackupper(), []actiontest.Case{{
		Name: "the Secret that both annotations name",
		Item: `
			metadata:
			  name: c
			  annotations: {csi.storage.k8s.io/snapshotter-secret-name: s, csi.storage.k8s.io/snapshotter-secret-namespace: kube-system}`,
		Additional:  []actions.ItemRef{{Resource: "secrets", Namespace: "kube-system", Name: "s"}},
		MustInclude: true,
	}, {
		Name: "one annotation alone names nothing",
		Item: `{metadata: {name: c, annotations: {csi.storage.k8s.io/snapshotter-secret-name: s}}}`,
	}, {
		Name: "an annotation that is no text fails",
		Item: `{metadata: {name: c, annotations: {a: 1}}}`,
		Err:  "metadata.annotations[a]: is number, not a string",
	}})
	actiontest.Selector(t, CSIVolumeSnapshotContentBackupper(), "", "volumesnapshotcontents.snapshot.storage.k8s.io")
}
