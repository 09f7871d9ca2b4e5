package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestCSIVolumeSnapshotClassBackupper(t *testing.T) {
	actiontest.Run(t, CSIVolumeSnapshotClassBackupper(), []actiontest.Case{{
		Name: "the Secret that both annotations name",
		Item: `
			metadata:
			  name: fast
			  annotations: {csi.storage.k8s.io/snapshotter-list-secret-name: s, csi.storage.k8s.io/snapshotter-list-secret-namespace: kube-system}`,
		Additional:  []actions.ItemRef{{Resource: "secrets", Namespace: "kube-system", Name: "s"}},
		MustInclude: true,
	}, {
		Name: "a class without annotations",
		Item: `{metadata: {name: fast}}`,
	}})
	actiontest.Selector(t, CSIVolumeSnapshotClassBackupper(), "", "volumesnapshotclasses.snapshot.storage.k8s.io")
}
