package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const boundClaim = `
	metadata: {name: data, namespace: shop}
	spec: {volumeName: pv-1}
	status: {phase: Bound}`

func volumeRef(name string) []actions.ItemRef {
	return []actions.ItemRef{{Resource: "persistentvolumes", Name: name}}
}

func TestPVC(t *testing.T) {
	actiontest.Run(t, PVC(actions.Newest), []actiontest.Case{{
		Name: "the annotations of the binding and of the backup go, others stay",
		Item: `
			metadata:
			  name: data
			  namespace: shop
			  annotations:
			    pv.kubernetes.io/bind-completed: "yes"
			    pv.kubernetes.io/bound-by-controller: "yes"
			    volume.kubernetes.io/storage-provisioner: p
			    volume.beta.kubernetes.io/storage-provisioner: p
			    volume.kubernetes.io/selected-node: node-1
			    velero.io/volume-snapshot-name: s
			    velero.io/data-upload-name: d
			    mine: x`,
		Want: `
			metadata: {name: data, namespace: shop, annotations: {mine: x}}`,
	}, {
		Name: "annotations that became empty go",
		Item: `{metadata: {name: data, annotations: {pv.kubernetes.io/bind-completed: "yes"}}}`,
		Want: `{metadata: {name: data}}`,
	}, {
		Name: "the volume comes from the backup's copy, since the item has no status any more",
		Item: `{metadata: {name: data, namespace: shop}, spec: {volumeName: other}}`, FromBackup: boundClaim,
		Additional: volumeRef("pv-1"),
	}, {
		Name: "a claim that is not bound brings in no volume",
		Item: `{metadata: {name: data}, spec: {volumeName: pv-1}, status: {phase: Lost}}`,
	}, {
		Name: "nor does one without a volume",
		Item: `{metadata: {name: data}, spec: {}, status: {phase: Bound}}`,
	}, {
		Name: "annotations of the wrong type",
		Item: `{metadata: {name: data, annotations: []}}`,
		Err:  "metadata.annotations: is array, not an object",
	}, {
		Name: "a phase of the wrong type",
		Item: `{metadata: {name: data}, status: {phase: 1}}`,
		Err:  "status.phase: is number, not a string",
	}, {
		Name: "a volume name of the wrong type",
		Item: `{metadata: {name: data}, spec: {volumeName: [x]}}`,
		Err:  "spec.volumeName: is array, not a string",
	}})
	actiontest.Selector(t, PVC(actions.Newest), "", "persistentvolumeclaims")
}

func TestPVCLeavesAMappedNode(t *testing.T) {
	actiontest.Run(t, PVC(actions.V1_17), []actiontest.Case{{
		Name: "the node that the user's mapping put there stays", Target: []string{nodeRows},
		Item: onNode("new-1"), FromBackup: onNode("old-1"),
	}, {
		Name: "a node without a row goes", Target: []string{nodeRows},
		Item: onNode("old-9"), FromBackup: onNode("old-9"), Want: `{metadata: {name: data, namespace: shop}}`,
	}, {
		Name: "so does one with a row that nobody mapped", Target: []string{nodeRows},
		Item: onNode("old-1"), FromBackup: onNode("old-1"), Want: `{metadata: {name: data, namespace: shop}}`,
	}, {
		Name: "two mappings are an error", Target: []string{nodeRows, otherNodeRows},
		Item: onNode("new-1"), FromBackup: onNode("old-1"), Err: "both configure velero.io/change-pvc-node-selector",
	}})
	actiontest.Run(t, PVC(actions.Newest), []actiontest.Case{{
		Name: "in manifests it stays in 1.18, too", Files: true, Target: []string{nodeRows},
		Item: onNode("new-1"), FromBackup: onNode("old-1"),
	}, {
		Name: "a restore has none", Target: []string{nodeRows},
		Item: onNode("new-1"), FromBackup: onNode("old-1"), Want: `{metadata: {name: data, namespace: shop}}`,
	}, {
		Name: "nor do two mappings matter there", Target: []string{nodeRows, otherNodeRows},
		Item: onNode("old-1"), FromBackup: onNode("old-1"), Want: `{metadata: {name: data, namespace: shop}}`,
	}})
}
