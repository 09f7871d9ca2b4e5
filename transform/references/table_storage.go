package references

// storage are volumes, their snapshots, and the classes of both.
// Source: k8s.io/api v0.33.12 core/v1/types.go (PersistentVolumeSource), external-provisioner pkg/controller/controller.go and
// external-snapshotter pkg/utils/util.go (names of parameters).
var storage = []row{
	{of: "persistentvolumes", path: "/spec/claimRef/namespace", by: Velero},
	{of: "persistentvolumes", path: "/spec/csi/*Ref/namespace"},
	{of: "persistentvolumes", path: "/spec/csi/volumeAttributes/csi.storage.k8s.io~1pvc~1namespace"},
	{of: "persistentvolumes", path: "/spec/*/secretRef/namespace"},
	{of: "persistentvolumes", path: "/spec/azureFile/secretNamespace"},
	{of: "persistentvolumes", path: "/spec/glusterfs/endpointsNamespace"},
	{of: classes, path: "/parameters/*", when: keyEnds("secret-namespace", "secretnamespace")},
	{of: "volumesnapshotcontents.snapshot.storage.k8s.io", path: "/spec/volumeSnapshotRef/namespace", by: Velero},
	{of: "volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io", path: "/spec/volumeGroupSnapshotRef/namespace"},
}

const classes = "storageclasses.storage.k8s.io volumesnapshotclasses.snapshot.storage.k8s.io volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io volumeattributesclasses.storage.k8s.io"
