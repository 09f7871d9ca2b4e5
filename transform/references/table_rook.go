package references

import "strings"

// rook are the kinds of Rook, and the parameters of the classes that it makes: to the driver of Ceph, a cluster is called as
// the namespace that it is in. Source: rook pkg/operator/ceph/csi/cluster_config.go, pkg/apis/ceph.rook.io/v1/types.go.
var rook = []row{
	{of: classes, path: "/parameters/clusterID", when: ofCeph},
	{of: "storageclasses.storage.k8s.io", path: "/parameters/objectStoreNamespace"},
	{of: "persistentvolumes", path: "/spec/csi/volumeAttributes/clusterID", when: func(w *walk) bool { return isCephDriver(w.root.Get("spec", "csi", "driver").Str()) }},
	{of: "cephobjectstoreusers.ceph.rook.io", path: "/spec/clusterNamespace"},
	{of: "cephbuckettopics.ceph.rook.io", path: "/spec/objectStoreNamespace"},
	{of: "cephbuckettopics.ceph.rook.io", path: "/**/uri", form: host, kind: DNSName},
	{of: "objectbuckets.objectbucket.io", path: "/spec/claimRef/namespace"},
	{of: "objectbuckets.objectbucket.io", path: "/spec/endpoint/bucketHost", form: host, kind: DNSName},
}

// ofCeph says that a class is one of a driver of Ceph.
func ofCeph(w *walk) bool {
	return isCephDriver(w.root.Get("provisioner").Str()) || isCephDriver(w.root.Get("driver").Str())
}

func isCephDriver(name string) bool { return strings.HasSuffix(name, ".csi.ceph.com") }
