package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// nodeAnnotation is where the scheduler notes the node for which a claim's volume is to be made.
const nodeAnnotation = "volume.kubernetes.io/selected-node"

const nodeActionName = "velero.io/change-pvc-node-selector"

// ChangePVCNodeSelector maps the node that a claim was scheduled to by the rows of its ConfigMap, old: new. Before 1.17
// the annotation of a node without a row goes if the target has no such node; the annotations go altogether if
// that leaves them empty. Annotations count as none if one is no string.
// Source: Velero v1.6.3 pkg/restore/change_pvc_node_selector.go:64-157.
//
// Differs from Velero: since 1.16 its PVC action does this (v1.16.2 pkg/restore/actions/pvc_action.go:100-140), and since 1.18 it
// always drops the annotation (v1.18.2 :37,83). There a mapping that the user gives is followed in files that veltx writes, archives
// and manifests, and ignored as Velero does in a restore; both are warned of. In an archive the action only maps.
func ChangePVCNodeSelector(profile actions.Profile) actions.Action {
	needs := []string{layout.ConfigMaps, "nodes"}
	if profile.Does(actions.DropsSelectedNodes) {
		needs = needs[:1]
	}
	return actions.Action{
		Name:      nodeActionName,
		Summary:   "maps the selected node of a claim",
		AppliesTo: actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Needs:     needs,
		Archive:   true,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			annotations := in.Item.Annotations()
			node, ok := annotations[nodeAnnotation]
			if !ok {
				return nil, nil
			}
			mapped, err := nodeMapped(in, node)
			switch {
			case !followsNodeMapping(in, profile):
				return ignored(node, mapped), nil // and so is a mapping that is wrong: Velero does not read it
			case err != nil:
				return nil, err
			case mapped != "":
				return nodeMap(in, profile, node, mapped)
			case profile.Does(actions.DropsSelectedNodes) || in.Archive:
				return nil, nil
			}
			return nodeCheck(in, node)
		},
	}
}

// nodeMapped returns the node that the user wants in the place of another, "" if none.
func nodeMapped(in *actions.Input, node string) (string, error) {
	config, err := actions.PluginConfig(in.Target, in.Restore.Namespace, actions.RestoreItemAction, nodeActionName)
	if err != nil {
		return "", err
	}
	nodes, err := configRows(config)
	return nodes[node], err
}

// followsNodeMapping says whether a mapping of nodes has an effect.
func followsNodeMapping(in *actions.Input, profile actions.Profile) bool {
	return profile.Does(actions.HonorsNodeMappings) || in.Archive || in.Files
}

// ignored warns of a mapping that has no effect.
func ignored(node, mapped string) *actions.Output {
	if mapped == "" {
		return nil
	}
	out := &actions.Output{}
	out.Use(node)
	out.Warn("node-mapping-not-in-velero-1.18", nodePath(), "not mapped: Velero 1.18 has no node mapping and removes the annotation from every claim")
	return out
}

func nodeMap(in *actions.Input, profile actions.Profile, node, mapped string) (*actions.Output, error) {
	out := &actions.Output{}
	if !profile.Does(actions.HonorsNodeMappings) {
		out.Warn("node-mapping-not-in-velero-1.18", nodePath(), "mapped as requested, but Velero 1.18 has no node mapping: it removes the annotation from every claim")
	}
	out.Use(node)
	return out, in.Item.Put(object.Text(mapped), "metadata", "annotations", nodeAnnotation)
}

// nodeCheck drops the annotation if the target has no such node.
func nodeCheck(in *actions.Input, node string) (*actions.Output, error) {
	if node == "" {
		return nil, fmt.Errorf("%s: is empty, not the name of a node", nodePath())
	}
	out := &actions.Output{}
	if _, ok := in.Target.Get("nodes", "", node); ok {
		out.Keep("selected nodes that the target has", nodePath(), "kept: the target has node "+node)
		return out, nil
	}
	field.Drop(in.Item, []string{"metadata", "annotations"}, nodeAnnotation)
	if in.Target.Complete("nodes") {
		out.Explain(nodePath(), "removed: the target has no node "+node)
		return out, nil
	}
	out.Notice("node-unknown", nodePath(), fmt.Sprintf("removed as for a missing node; Velero keeps it if the target has "+
		"node %s; the target's nodes are not described", node))
	return out, nil
}

func nodePath() string { return "metadata.annotations[" + nodeAnnotation + "]" }
