package oracle

import (
	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	vsv1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/volumesnapshotter/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	k8sscheme "k8s.io/client-go/kubernetes/scheme"
	kbclient "sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/carry"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// kubebuilder makes a client of the types that Velero's secret action asks for.
// Source: v1.10.3 pkg/client/factory.go:157-180.
func kubebuilder(c direct.Clients) (kbclient.Client, error) {
	types := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{velerov1.AddToScheme, k8sscheme.AddToScheme, apiextv1beta1.AddToScheme, apiextv1.AddToScheme} {
		if err := add(types); err != nil {
			return nil, err
		}
	}
	return kbclient.New(c.Config(), kbclient.Options{Scheme: types})
}

// priorities is the order in which Velero v1.10.3's server restores unless it
// is told another; the list itself is private there.
// Source: v1.10.3 pkg/cmd/server/server.go:520-548.
var priorities = restore.Priorities{
	HighPriorities: []string{
		"customresourcedefinitions", "namespaces", "storageclasses", "volumesnapshotclass.snapshot.storage.k8s.io",
		"volumesnapshotcontents.snapshot.storage.k8s.io", "volumesnapshots.snapshot.storage.k8s.io", "persistentvolumes",
		"persistentvolumeclaims", "serviceaccounts", "secrets", "configmaps", "limitranges", "pods", "replicasets.apps",
		"clusterclasses.cluster.x-k8s.io", "services",
	},
	LowPriorities: []string{
		"clusterbootstraps.run.tanzu.vmware.com", "clusters.cluster.x-k8s.io", "clusterresourcesets.addons.cluster.x-k8s.io",
	},
}

// newRestorer makes the restorer as Velero's server does. There is no restorer
// of pod volumes: what it would create are no restored resources.
func newRestorer(server *apiserver.Server, log logrus.FieldLogger) (restore.Restorer, error) {
	p, err := direct.NewParts(server, judge.Restorer, log)
	if err != nil {
		return nil, err
	}
	return restore.NewKubernetesRestorer(p.Velero.VeleroV1(), p.Helper, p.Dynamic, priorities,
		p.Kube.CoreV1().Namespaces(), nil, direct.Patience, direct.Patience, log, direct.Executor{}, p.Pods, nil)
}

// snapshotters knows one snapshotter for every provider.
type snapshotters struct{}

// GetVolumeSnapshotter returns it.
func (snapshotters) GetVolumeSnapshotter(string) (vsv1.VolumeSnapshotter, error) {
	return carry.Snapshotter{}, nil
}
