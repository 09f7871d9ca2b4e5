package generate

// restore makes the Restore with random options.
func (g *generator) restore() object {
	spec := object{"backupName": "b"}
	if g.chance(45) {
		mapping := object{}
		g.maybe(80, mapping, "shop", "store", "shop2")
		g.maybe(40, mapping, "data", "data2")
		g.maybe(10, mapping, "nowhere", "else")
		spec["namespaceMapping"] = mapping
	}
	g.maybe(30, spec, "includedNamespaces", []any{"*"}, []any{"shop"}, []any{"shop", "data"}, []any{"team-*"}, []any{"none"})
	g.maybe(15, spec, "excludedNamespaces", []any{"data"}, []any{"team-b"}, []any{"team-?"})
	g.maybe(20, spec, "includedResources", []any{"pods", "pvc"}, []any{"*"}, []any{"deploy", "services", "persistentvolumes"}, []any{"*.apps"}, []any{"pods"})
	g.maybe(20, spec, "excludedResources", []any{"pv"}, []any{"secrets"}, []any{"persistentvolumeclaims"}, []any{"widgets.example.io"}, []any{"priorityclasses"})
	g.maybe(35, spec, "includeClusterResources", true, false)
	g.maybe(25, spec, "preserveNodePorts", true, false)
	g.maybe(20, spec, "restorePVs", true, false)
	if g.chance(20) {
		spec["labelSelector"] = pick[any](g, object{"matchLabels": object{"app": "web"}}, object{"matchExpressions": []any{object{"key": "tier", "operator": "Exists"}}})
	} else if g.chance(10) {
		spec["orLabelSelectors"] = []any{object{"matchLabels": object{"app": "web"}}, object{"matchLabels": object{"tier": "back"}}}
	}
	g.maybe(15, spec, "restoreStatus", object{"includedResources": []any{"widgets.example.io"}}, object{"excludedResources": []any{"pods"}, "includedResources": []any{"*"}}, object{})
	g.maybe(25, spec, "existingResourcePolicy", "none", "update")
	if g.chance(20) {
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
	if g.version != "1.18" || !g.chance(25) {
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
		switch g.r.IntN(3) {
		case 0:
			rule["patches"] = []any{pick[any](g,
				object{"operation": "add", "path": "/metadata/labels/added", "value": "yes"},
				object{"operation": "replace", "path": "/spec/replicas", "value": "5"},
				object{"operation": "remove", "path": "/spec/nothing"},
				object{"operation": "test", "path": "/spec/type", "value": "NodePort"},
				object{"operation": "copy", "from": "/metadata/name", "path": "/metadata/annotations"},
			)}
		case 1:
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
	if g.chance(25) {
		config("change-storage-class", pick(g, object{"gp2": "gp3"}, object{"gp2": "new", "fast": "gp3"}, object{"gp2": "missing"}))
	}
	if g.chance(25) {
		config("change-image-name", pick(g, object{"a": "nginx,registry/nginx"}, object{"a": "old/,new/", "b": "alpine , busybox"}, object{"a": "no-comma"}))
	}
	if g.version == "1.6" && g.chance(30) {
		config("change-pvc-node-selector", object{"node-a": pick(g, "node-b", "node-c")})
	}
	if g.chance(20) {
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
	if g.version == "1.6" && g.chance(50) {
		g.target = append(g.target, object{"apiVersion": "v1", "kind": "Node", "metadata": object{"name": "node-a"}})
	}
	if g.chance(20) {
		g.target = append(g.target, object{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": object{"name": "web", "namespace": "shop"}, "secrets": []any{object{"name": "in-cluster"}}})
	}
}
