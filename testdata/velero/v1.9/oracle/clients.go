package oracle

import (
	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"github.com/vmware-tanzu/velero/pkg/restore"

	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/carry"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// priorities is the order in which Velero v1.9.3's server restores unless it
// is told another; the list itself is private there.
// Source: v1.9.3 pkg/cmd/server/server.go:496-523.
var priorities = restore.Priorities{
	HighPriorities: []string{
		"customresourcedefinitions", "namespaces", "storageclasses", "volumesnapshotclass.snapshot.storage.k8s.io",
		"volumesnapshotcontents.snapshot.storage.k8s.io", "volumesnapshots.snapshot.storage.k8s.io", "persistentvolumes",
		"persistentvolumeclaims", "secrets", "configmaps", "serviceaccounts", "limitranges", "pods", "replicasets.apps",
		"clusterclasses.cluster.x-k8s.io", "clusters.cluster.x-k8s.io", "clusterresourcesets.addons.cluster.x-k8s.io",
	},
	LowPriorities: []string{"clusterbootstraps.run.tanzu.vmware.com"},
}

// newRestorer makes the restorer as Velero's server does. There is no restorer
// of pod volumes: what it would create are no restored resources.
func newRestorer(server *apiserver.Server, log logrus.FieldLogger) (restore.Restorer, error) {
	p, err := direct.NewParts(server, judge.Restorer, log)
	if err != nil {
		return nil, err
	}
	return restore.NewKubernetesRestorer(p.Velero.VeleroV1(), p.Helper, p.Dynamic, priorities,
		p.Kube.CoreV1().Namespaces(), nil, direct.Patience, direct.Patience, log, direct.Executor{}, p.Pods)
}

// snapshotters knows one snapshotter for every provider.
type snapshotters struct{}

// GetVolumeSnapshotter returns it.
func (snapshotters) GetVolumeSnapshotter(string) (velero.VolumeSnapshotter, error) {
	return carry.Snapshotter{}, nil
}
