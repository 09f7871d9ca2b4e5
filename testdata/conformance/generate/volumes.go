package generate

import "fmt"

func (g *generator) claim(ns, name string) {
	name = pick(g, name, "data", "db")
	volume := fmt.Sprintf("pv-%d", g.r.IntN(4))
	spec := object{"accessModes": []any{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "1Gi"}}}
	g.maybe(75, spec, "volumeName", volume)
	g.maybe(70, spec, "storageClassName", "gp2", "fast", "unmapped", "")
	g.maybe(10, spec, "dataSource", object{"kind": "VolumeSnapshot", "name": "x", "apiGroup": "snapshot.storage.k8s.io"})
	annotations := object{}
	for _, a := range []string{
		"pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/storage-provisioner",
		"volume.beta.kubernetes.io/storage-provisioner", "pv.kubernetes.io/provisioned-by",
	} {
		g.maybe(40, annotations, a, "yes")
	}
	g.maybe(40, annotations, "volume.kubernetes.io/selected-node", "node-a", "node-b")
	metadata := object{"annotations": annotations}
	if !g.chance(80) {
		delete(metadata, "annotations")
	}
	if g.version != "1.6" && g.chance(25) {
		g.snapshotOf(metadata, ns, name)
	}
	o := object{"spec": spec, "metadata": metadata}
	g.maybe(80, o, "status", object{"phase": "Bound"}, object{"phase": "Bound"}, object{"phase": "Pending"})
	g.put("persistentvolumeclaims", "v1", "PersistentVolumeClaim", ns, name, o)
	if g.chance(70) {
		g.volumeOf(volume, ns, name)
	}
}

func (g *generator) volume(name string) {
	if g.chance(60) {
		g.volumeOf(name, g.space(), pick(g, "data", "db", "web"))
		return
	}
	g.volumeOf(name, "", "")
}

func (g *generator) volumeOf(name, ns, claim string) {
	spec := object{"capacity": object{"storage": "1Gi"}, "accessModes": []any{"ReadWriteOnce"}, "hostPath": object{"path": "/x"}}
	if claim != "" {
		ref := object{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": ns, "name": claim}
		g.maybe(80, ref, "uid", "u")
		g.maybe(80, ref, "resourceVersion", "7")
		spec["claimRef"] = ref
	}
	g.maybe(90, spec, "persistentVolumeReclaimPolicy", "Delete", "Retain", "Retain")
	g.maybe(60, spec, "storageClassName", "gp2", "fast", "unmapped", "")
	annotations := object{}
	g.maybe(50, annotations, "pv.kubernetes.io/bound-by-controller", "yes")
	g.maybe(50, annotations, "pv.kubernetes.io/provisioned-by", "ebs.csi.aws.com")
	o := object{"spec": spec, "metadata": object{"annotations": annotations}}
	g.maybe(60, o, "status", object{"phase": "Bound"})
	g.put("persistentvolumes", "v1", "PersistentVolume", "", name, o)
	g.volumeInfo(name, ns, claim)
}

// volumeInfo says how a volume was backed up, in some of the ways that the versions have.
func (g *generator) volumeInfo(name, ns, claim string) {
	if g.chance(50) {
		info := object{"pvName": name, "pvcName": claim, "pvcNamespace": ns, "snapshotDataMoved": false, "preserveLocalSnapshot": false, "skipped": false}
		g.maybe(80, info, "backupMethod", "NativeSnapshot", "PodVolumeBackup", "CSISnapshot", "")
		g.side["volumeinfo.yaml"] = append(g.side["volumeinfo.yaml"], info)
	}
	if g.chance(20) {
		g.side["volumesnapshots.yaml"] = append(g.side["volumesnapshots.yaml"], object{
			"spec":   object{"backupName": "b", "backupUID": "u", "location": "default", "persistentVolumeName": name, "providerVolumeID": "vol-1", "volumeType": "gp3", "volumeAZ": "a"},
			"status": object{"providerSnapshotID": "snap-1", "phase": "Completed"},
		})
	}
}
