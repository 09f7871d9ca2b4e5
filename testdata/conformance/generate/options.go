package generate

import "strings"

// restore makes the Restore with the options that were chosen.
func (g *generator) restore() object {
	spec := object{"backupName": "b"}
	for _, name := range []string{
		"namespaceMapping", "includedNamespaces", "excludedNamespaces", "includedResources", "excludedResources",
		"includeClusterResources", "preserveNodePorts", "restorePVs", "restoreStatus", "existingResourcePolicy",
	} {
		if v := g.chosen[name]; v != nil {
			spec[name] = v
		}
	}
	if selector, ok := g.chosen["selector"].(object); ok {
		for name, v := range selector {
			spec[name] = v
		}
	}
	if g.chosen["hooks"] != nil {
		spec["hooks"] = object{"resources": []any{g.hook("one"), g.hook("two")}}
	}
	return object{"spec": spec}
}

func (g *generator) hook(name string) object {
	container := object{"name": "hook-" + name, "image": "old/hook:1", "command": []any{"true"}}
	g.maybe(30, container, "volumeMounts", []any{object{"name": "data", "mountPath": "/m"}})
	hook := object{"name": name, "postHooks": []any{object{"init": object{"initContainers": []any{container}}}}}
	g.maybe(60, hook, "includedNamespaces", []any{"shop"}, []any{"store"}, []any{"*"}, []any{"sho*"})
	g.maybe(20, hook, "excludedNamespaces", []any{"data"}, []any{"shop"})
	g.maybe(40, hook, "labelSelector", object{"matchLabels": object{"app": "web"}})
	return hook
}

// modifiers makes the ConfigMap's text of resource modifiers, or nothing.
func (g *generator) modifiers() object {
	if g.version == "1.6" || g.chosen["modifiers"] == nil {
		return nil
	}
	var rules []any
	for range 1 + g.r.IntN(3) {
		conditions := object{"groupResource": pick(g, "pods", "deployments.apps", "*", "**", "services", "persistentvolumeclaims", "configmaps", "widgets.example.io", "Pods")}
		g.maybe(30, conditions, "resourceNameRegex", "^web$", "a", "[")
		g.maybe(30, conditions, "namespaces", []any{"shop"}, []any{"team-*"}, []any{"store"})
		g.maybe(20, conditions, "labelSelector", object{"matchLabels": object{"app": "web"}})
		g.maybe(15, conditions, "matches", []any{object{"path": "/spec/storageClassName", "value": "gp2"}}, []any{object{"path": "/metadata/name", "value": "web"}})
		rule := object{"conditions": conditions}
		switch g.chosen["modifiers"] {
		case "patches":
			rule["patches"] = []any{pick[any](g,
				object{"operation": "add", "path": "/metadata/labels/added", "value": "yes"},
				object{"operation": "replace", "path": "/spec/replicas", "value": "5"},
				object{"operation": "remove", "path": "/spec/nothing"},
				object{"operation": "test", "path": "/spec/type", "value": "NodePort"},
				object{"operation": "copy", "from": "/metadata/name", "path": "/metadata/annotations"},
			)}
		case "mergePatches":
			rule["mergePatches"] = []any{object{"patchData": pick(g, `{"metadata":{"labels":{"merged":"yes","app":null}}}`, `{"spec":{"priority":7}}`, "metadata:\n  annotations:\n    a: b\n")}}
		default:
			rule["strategicPatches"] = []any{object{"patchData": pick(g, `{"spec":{"containers":[{"name":"c","image":"patched:1"}]}}`, `{"metadata":{"labels":{"s":"p"}}}`)}}
		}
		rules = append(rules, rule)
	}
	return object{"version": "v1", "resourceModifierRules": rules}
}

// configure gives the target the ConfigMaps, classes and nodes that actions ask for.
func (g *generator) configure() {
	config := func(name string, data object) {
		g.target = append(g.target, object{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": object{"name": name, "namespace": "velero", "labels": object{"velero.io/plugin-config": "", "velero.io/" + name: "RestoreItemAction"}},
			"data":     data,
		})
	}
	for _, name := range []string{"change-storage-class", "change-image-name", "change-pvc-node-selector"} {
		if rows, ok := g.chosen[name].(object); ok {
			config(name, rows)
		}
	}
	if g.chosen["pod-volumes"] != nil {
		name := "pod-volume-restore"
		if g.version == "1.6" {
			name = "restic"
		}
		data := object{}
		g.maybe(50, data, "image", "registry/helper:9", "registry/helper", "helper")
		g.maybe(40, data, "cpuRequest", "200m", "bad")
		g.maybe(40, data, "memLimit", "64Mi", "0")
		g.maybe(30, data, "secCtxRunAsUser", "1001", "x")
		g.maybe(20, data, "secCtxAllowPrivilegeEscalation", "false", "maybe")
		config(name, data)
	}
	for _, class := range []string{"gp3", "new", "fast"} {
		if g.chance(60) {
			g.target = append(g.target, object{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": object{"name": class}, "provisioner": "p"})
		}
	}
	if !strings.HasPrefix(g.version, "1.18") && g.chance(50) {
		g.target = append(g.target, object{"apiVersion": "v1", "kind": "Node", "metadata": object{"name": "node-a"}})
	}
	if g.chance(20) {
		g.target = append(g.target, object{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": object{"name": "web", "namespace": "shop"}, "secrets": []any{object{"name": "in-cluster"}}})
	}
}
