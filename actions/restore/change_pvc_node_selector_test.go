package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const nodeRows = `
	kind: ConfigMap
	metadata:
	  name: nodes
	  namespace: velero
	  labels: {velero.io/plugin-config: "", velero.io/change-pvc-node-selector: RestoreItemAction}
	data: {old-1: new-1, old-2: ""}`

const otherNodeRows = `
	kind: ConfigMap
	metadata:
	  name: nodes-too
	  namespace: velero
	  labels: {velero.io/plugin-config: "", velero.io/change-pvc-node-selector: RestoreItemAction}`

// onNode is a claim with the annotation of the scheduler.
func onNode(node string) string {
	return `{metadata: {name: data, namespace: shop, annotations: {volume.kubernetes.io/selected-node: "` + node + `"}}}`
}

const nodelessClaim = `{metadata: {name: data, namespace: shop}}`

func TestChangePVCNodeSelectorIn16(t *testing.T) {
	const node = `{kind: Node, metadata: {name: old-3}}`
	actiontest.Run(t, ChangePVCNodeSelector(actions.V1_6), []actiontest.Case{
		{Name: "the node is mapped; the new one need not exist", Item: onNode("old-1"), Want: onNode("new-1"), Target: []string{nodeRows, node}},
		{Name: "an empty row is no mapping", Item: onNode("old-2"), Want: nodelessClaim, Target: []string{nodeRows, node}},
		{Name: "a node that the target has stays", Item: onNode("old-3"), Target: []string{nodeRows, node}},
		{Name: "a node that the target lacks goes, and empty annotations with it", Item: onNode("old-4"), Want: nodelessClaim, Target: []string{node}},
		{Name: "other annotations stay", Target: []string{node},
			Item: `{metadata: {name: data, annotations: {volume.kubernetes.io/selected-node: node-1, a: b}}}`,
			Want: `{metadata: {name: data, annotations: {a: b}}}`},
		{Name: "if nobody described nodes it goes with a note", Item: onNode("old-4"), Want: nodelessClaim, Notices: []string{"node-unknown"}},
		{Name: "no annotation of a node", Item: `{metadata: {name: data, annotations: {a: b}}}`, Target: []string{nodeRows}},
		{Name: "no annotations", Item: nodelessClaim, Target: []string{nodeRows}},
		{Name: "unreadable annotations count as none", Item: `{metadata: {name: data, annotations: {volume.kubernetes.io/selected-node: old-1, a: 1}}}`,
			Target: []string{nodeRows}},
		{Name: "an empty node is an error", Item: onNode(""), Target: []string{node},
			Err: "metadata.annotations[volume.kubernetes.io/selected-node]: is empty, not the name of a node"},
		{Name: "two mappings are an error", Item: onNode("old-1"), Target: []string{nodeRows, otherNodeRows}, Err: "both configure"},
		{Name: "a row that is no string is an error", Item: onNode("old-1"), Err: "ConfigMap nodes: data[old-1]: is number, not a string", Target: []string{`
			kind: ConfigMap
			metadata:
			  name: nodes
			  namespace: velero
			  labels: {velero.io/plugin-config: "", velero.io/change-pvc-node-selector: RestoreItemAction}
			data: {old-1: 1}`}},
		{Name: "an archive gets the mapping", Archive: true, Item: onNode("old-1"), Want: onNode("new-1"), Target: []string{nodeRows}},
		{Name: "and leaves nodes without a row to the restore", Archive: true, Item: onNode("old-4"), Target: []string{node}},
	})
	actiontest.Selector(t, ChangePVCNodeSelector(actions.V1_6), "", "persistentvolumeclaims")
}

func TestChangePVCNodeSelectorIn118(t *testing.T) {
	warned := []string{"node-mapping-not-in-velero-1.18"}
	actiontest.Run(t, ChangePVCNodeSelector(actions.V1_18), []actiontest.Case{
		{Name: "a mapping is ignored as by Velero, with a warning", Item: onNode("old-1"), Target: []string{nodeRows}, Warnings: warned},
		{Name: "two of them are no error, as Velero reads none", Item: onNode("old-1"), Target: []string{nodeRows, otherNodeRows}},
		{Name: "it is followed in manifests", Files: true, Item: onNode("old-1"), Want: onNode("new-1"), Target: []string{nodeRows}, Warnings: warned},
		{Name: "and in archives", Archive: true, Item: onNode("old-1"), Want: onNode("new-1"), Target: []string{nodeRows}, Warnings: warned},
		{Name: "a node without a row is left to the next action", Item: onNode("old-4"), Target: []string{nodeRows, `{kind: Node, metadata: {name: x}}`}},
		{Name: "without the ConfigMap nothing happens", Item: onNode("old-1")},
	})
	if !ChangePVCNodeSelector(actions.V1_18).Archive {
		t.Errorf("an archive would lose the mapping")
	}
}
