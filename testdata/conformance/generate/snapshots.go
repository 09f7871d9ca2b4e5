package generate

import "fmt"

const snapshotGroup = "snapshot.storage.k8s.io"

// snapshotOf gives a claim a CSI snapshot, or an upload of its data, or what is left of one.
func (g *generator) snapshotOf(claim object, ns, name string) {
	n := g.r.IntN(4)
	snapshot, content := fmt.Sprintf("vs-%d", n), fmt.Sprintf("vsc-%d", n)
	annotations, _ := claim["annotations"].(object)
	if annotations == nil {
		annotations = object{}
		claim["annotations"] = annotations
	}
	g.maybe(80, annotations, "velero.io/volume-snapshot-name", snapshot)
	if g.chance(30) {
		annotations["velero.io/data-upload-name"] = "du-" + name
		g.upload(ns, name)
	}
	if g.chance(80) {
		g.snapshot(ns, snapshot, content, name)
	}
	if g.chance(80) {
		g.content(ns, snapshot, content)
	}
	if g.chance(40) {
		list := object{}
		g.maybe(60, list, "csi.storage.k8s.io/snapshotter-list-secret-name", "opaque")
		g.maybe(60, list, "csi.storage.k8s.io/snapshotter-list-secret-namespace", ns)
		g.put("volumesnapshotclasses."+snapshotGroup, snapshotGroup+"/v1", "VolumeSnapshotClass", "", pick(g, "class-a", "class-b"), object{
			"metadata": object{"annotations": list}, "driver": pick(g, "driver-a", "driver-b"), "deletionPolicy": "Delete",
		})
	}
	g.side["csi-volumesnapshots.yaml"] = append(g.side["csi-volumesnapshots.yaml"], object{
		"metadata": object{"name": snapshot, "namespace": ns}, "spec": object{"source": object{"persistentVolumeClaimName": name}},
	})
}

func (g *generator) snapshot(ns, name, content, claim string) {
	o := object{
		"metadata": object{"annotations": object{"velero.io/csi-driver-name": "driver-a"}},
		"spec":     object{"source": object{"persistentVolumeClaimName": claim}, "volumeSnapshotClassName": "class-a"},
	}
	g.maybe(90, o, "status", object{"boundVolumeSnapshotContentName": content, "readyToUse": true, "restoreSize": "1Gi"}, object{"readyToUse": false})
	g.put("volumesnapshots."+snapshotGroup, snapshotGroup+"/v1", "VolumeSnapshot", ns, name, o)
}

func (g *generator) content(ns, snapshot, name string) {
	secret := object{}
	g.maybe(20, secret, "csi.storage.k8s.io/snapshotter-secret-name", "opaque")
	g.maybe(20, secret, "csi.storage.k8s.io/snapshotter-secret-namespace", ns)
	o := object{
		"metadata": object{"annotations": secret},
		"spec": object{
			"driver": pick(g, "driver-a", "driver-b"), "deletionPolicy": pick(g, "Delete", "Retain"), "volumeSnapshotClassName": "class-a",
			"source":            object{"volumeHandle": "h"},
			"volumeSnapshotRef": object{"apiVersion": snapshotGroup + "/v1", "kind": "VolumeSnapshot", "namespace": ns, "name": snapshot, "uid": "u", "resourceVersion": "7"},
		},
	}
	g.maybe(90, o, "status", object{"snapshotHandle": "snap-1", "creationTime": 1700000000000000000}, object{"readyToUse": false})
	g.put("volumesnapshotcontents."+snapshotGroup, snapshotGroup+"/v1", "VolumeSnapshotContent", "", name, o)
}

// upload says that the data of a claim were moved to the object store.
func (g *generator) upload(ns, claim string) {
	g.moved = g.chance(70)
	o := object{"spec": object{"sourceNamespace": ns, "sourcePVC": claim, "snapshotType": "CSI", "backupStorageLocation": "default", "operationTimeout": "10m"}}
	g.maybe(90, o, "status", object{"phase": "Completed", "snapshotID": "s", "progress": object{"totalBytes": 1}}, object{"phase": "Failed"})
	g.put("datauploads.velero.io", "velero.io/v2alpha1", "DataUpload", "velero", "du-"+claim, o)
}

// backup is velero-backup.json of a backup that moved its data.
func (g *generator) backup() object {
	return object{
		"apiVersion": "velero.io/v1", "kind": "Backup", "metadata": object{"name": "b", "namespace": "velero"},
		"spec": object{"snapshotMoveData": true, "storageLocation": "default"}, "status": object{"phase": "Completed", "version": 1, "formatVersion": "1.1.0"},
	}
}
