package generate

import "fmt"

func (g *generator) pod(ns, name string) {
	o := object{"spec": g.podSpec()}
	g.maybe(70, o, "status", object{"phase": "Running"}, object{"phase": "Succeeded"}, object{"phase": "Failed"}, object{"phase": "Pending"}, object{})
	annotations := object{}
	if g.chance(20) {
		g.maybe(90, annotations, "init.hook.restore.velero.io/container-image", "alpine:3", "")
		g.maybe(80, annotations, "init.hook.restore.velero.io/command", `["/bin/sh","-c","true"]`, "/bin/true", `["broken`, "")
		g.maybe(60, annotations, "init.hook.restore.velero.io/container-name", "restore-init", "")
		g.maybe(30, annotations, "init.hook.restore.velero.io/timeout", "30s")
	}
	g.maybe(4, annotations, "kubernetes.io/config.mirror", "x", "")
	g.maybe(4, annotations, "snapshot.velero.io/data", "snap")
	if len(annotations) > 0 {
		o["metadata"] = object{"annotations": annotations}
	}
	g.put("pods", "v1", "Pod", ns, name, o)
	if g.chance(25) {
		g.podVolumeBackup(ns, name)
	}
}

// podVolumeBackup says that some volumes of the pod were backed up file by file.
func (g *generator) podVolumeBackup(ns, pod string) {
	for range 1 + g.r.IntN(2) {
		pvb := object{
			"metadata": object{"name": fmt.Sprintf("pvb-%d", len(g.side["podvolumebackups.yaml"])), "namespace": "velero", "annotations": object{"velero.io/pvc-name": pick(g, "data", "db", "web")}},
			"spec":     object{"pod": object{"kind": "Pod", "namespace": ns, "name": pod}, "volume": pick(g, "data", "cache", "gone", "token")},
			"status":   object{"phase": "Completed"},
		}
		if g.chance(80) {
			pvb["status"] = object{"phase": "Completed", "snapshotID": "s1"}
		}
		g.side["podvolumebackups.yaml"] = append(g.side["podvolumebackups.yaml"], pvb)
	}
}

func (g *generator) podSpec() object {
	spec := object{"containers": g.containers(1 + g.r.IntN(2))}
	g.maybe(60, spec, "nodeName", "node-a")
	g.maybe(30, spec, "priority", 1000)
	g.maybe(30, spec, "priorityClassName", "high", "missing")
	g.maybe(70, spec, "serviceAccountName", "web", "default")
	g.maybe(30, spec, "restartPolicy", "Always")
	g.maybe(10, spec, unknown, "kept")
	if g.chance(40) {
		spec["initContainers"] = g.initContainers()
	}
	if g.chance(80) {
		spec["volumes"] = g.podVolumes()
	}
	return spec
}

func (g *generator) containers(n int) []any {
	names := []string{"c", "d", "e"}
	list := make([]any, n)
	for i := range list {
		c := object{"name": names[i]}
		g.maybe(95, c, "image", "nginx:1", "registry.example.com/app:2", "old/old:1")
		if g.chance(60) {
			c["volumeMounts"] = []any{
				object{"name": pick(g, "data", "web-token-abcde", "kube-api-access-x"), "mountPath": "/m"},
				object{"name": "default-token-xyz", "mountPath": "/var/run/secrets", "readOnly": true},
			}
		}
		g.maybe(20, c, "securityContext", object{"runAsUser": 7, "privileged": true}, object{})
		g.maybe(20, c, "resources", object{"limits": object{"cpu": "100m", "memory": "1Gi"}}, object{})
		g.maybe(10, c, "env", []any{object{"name": "A", "value": "1"}})
		list[i] = c
	}
	return list
}

func (g *generator) initContainers() []any {
	var list []any
	for range g.r.IntN(3) {
		name := pick(g, "restore-wait", "restic-wait", "setup", "restore-init")
		list = append(list, object{"name": name, "image": pick(g, "old/init:1", "busybox")})
	}
	if list == nil {
		return []any{}
	}
	return list
}

func (g *generator) podVolumes() []any {
	var list []any
	for _, v := range []object{
		{"name": "data", "persistentVolumeClaim": object{"claimName": pick(g, "data", "db", "web", "missing")}},
		{"name": "web-token-abcde", "secret": object{"secretName": "web-token-abcde", "defaultMode": 420}},
		{"name": "default-token-xyz", "secret": object{"secretName": "default-token-xyz"}},
		{"name": "kube-api-access-x", "projected": object{"sources": []any{object{"serviceAccountToken": object{"path": "token", "expirationSeconds": 3607}}}}},
		{"name": "token", "projected": object{"sources": []any{}}},
		{"name": "cache", "emptyDir": object{}},
	} {
		if g.chance(60) {
			list = append(list, v)
		}
	}
	if list == nil {
		return []any{}
	}
	return list
}
