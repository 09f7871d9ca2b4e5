// Command oracle asks Velero v1.14.1 what it sends for a case.
package main

import (
	"os"

	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v7/apis/volumesnapshot/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/from14"
)

// priorities is the order in which Velero v1.14.1's server restores unless it
// is told another; the list itself is private there.
// Source: v1.14.1 pkg/cmd/server/server.go:615-646.
var priorities = restore.Priorities{
	HighPriorities: []string{
		"customresourcedefinitions", "namespaces", "storageclasses", "volumesnapshotclass.snapshot.storage.k8s.io",
		"volumesnapshotcontents.snapshot.storage.k8s.io", "volumesnapshots.snapshot.storage.k8s.io", "datauploads.velero.io",
		"persistentvolumes", "persistentvolumeclaims", "serviceaccounts", "secrets", "configmaps", "limitranges", "pods",
		"replicasets.apps", "clusterclasses.cluster.x-k8s.io", "endpoints", "services",
	},
	LowPriorities: []string{
		"clusterbootstraps.run.tanzu.vmware.com", "clusters.cluster.x-k8s.io", "clusterresourcesets.addons.cluster.x-k8s.io",
	},
}

var release = from14.Release("1.14", priorities, snapshot.AddToScheme)

func main() {
	os.Exit(judge.Main(release.Velero(), os.Args[1:], os.Stdout, os.Stderr))
}
