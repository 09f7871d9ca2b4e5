// Command oracle asks Velero v1.13.2 what it sends for a case.
package main

import (
	"os"

	snapshot "github.com/kubernetes-csi/external-snapshotter/client/v7/apis/volumesnapshot/v1"
	"github.com/sirupsen/logrus"
	uploads "github.com/vmware-tanzu/velero/pkg/apis/velero/v2alpha1"
	"github.com/vmware-tanzu/velero/pkg/features"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle"
	"github.com/veltx/veltx/testdata/velero/oracle/from11"
)

// priorities is the order in which Velero v1.13.2's server restores unless it
// is told another; the list itself is private there.
// Source: v1.13.2 pkg/cmd/server/server.go:600-630.
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

var release = from11.Release(oracle.Release{
	Version: "1.13", Snapshots: snapshot.AddToScheme, Uploads: uploads.AddToScheme, Priorities: priorities,
	Last: features.NewVerifier(installed{}), Plugins: judge.CSIPlugin("0.7.1"),
}, moreActions)

// installed says that the server has every plugin that it is asked for.
type installed struct{}

// Find finds it.
func (installed) Find(common.PluginKind, string) bool { return true }

// moreActions are those whose constructors 1.13 has of its own.
func moreActions(f *oracle.Factory, log logrus.FieldLogger) (out oracle.Actions, err error) {
	kube, err := f.KubeClient()
	if err != nil {
		return out, err
	}
	kb, err := f.KubebuilderClient()
	if err != nil {
		return out, err
	}
	out.First = map[string]riav1.RestoreItemAction{
		"velero.io/pod-volume-restore": restore.NewPodVolumeRestoreAction(log, kube.CoreV1().ConfigMaps(f.Namespace()), kb),
		"velero.io/dataupload":         restore.NewDataUploadRetrieveAction(log, kb),
	}
	return out, nil
}

func main() {
	oracle.ServeOwn()
	os.Exit(judge.Main(release.Velero(), os.Args[1:], os.Stdout, os.Stderr))
}
