package oracle

import (
	"context"
	"fmt"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/generated/clientset/versioned"
	listers "github.com/vmware-tanzu/velero/pkg/generated/listers/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"github.com/vmware-tanzu/velero/pkg/restore"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// clients makes clients of the server in memory; what they write is recorded
// under their name.
type clients struct {
	server *apiserver.Server
	name   string
}

func (c clients) config() *rest.Config {
	return &rest.Config{
		Host: "http://cluster", Transport: c.server.Client(c.name), QPS: 1e6, Burst: 1e6,
		ContentConfig: rest.ContentConfig{ContentType: "application/json", AcceptContentTypes: "application/json"},
	}
}

func (c clients) kube() (*kubernetes.Clientset, error) {
	return kubernetes.NewForConfig(c.config())
}

func (c clients) velero() (*versioned.Clientset, error) {
	return versioned.NewForConfig(c.config())
}

// podGetter sees every pod running, so that exec hooks do not wait for ever.
func (c clients) podGetter() (cache.Getter, error) {
	cfg := c.config()
	cfg.Transport = judge.RunningPods(cfg.Transport)
	kube, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, err
	}
	return kube.CoreV1().RESTClient(), nil
}

// priorities is the order in which Velero v1.6.3's server restores unless it
// is told another; the list itself is private there.
var priorities = []string{
	"customresourcedefinitions", "namespaces", "storageclasses", "volumesnapshotclass.snapshot.storage.k8s.io",
	"volumesnapshotcontents.snapshot.storage.k8s.io", "volumesnapshots.snapshot.storage.k8s.io", "persistentvolumes",
	"persistentvolumeclaims", "secrets", "configmaps", "serviceaccounts", "limitranges", "pods", "replicasets.apps",
	"clusters.cluster.x-k8s.io", "clusterresourcesets.addons.cluster.x-k8s.io",
}

// newRestorer makes the restorer as Velero's server does. There is no restorer
// of pod volumes: what it would create are no restored resources.
func newRestorer(server *apiserver.Server, log logrus.FieldLogger) (restore.Restorer, error) {
	c := clients{server: server, name: judge.Restorer}
	kube, err := c.kube()
	if err != nil {
		return nil, err
	}
	dyn, err := dynamic.NewForConfig(c.config())
	if err != nil {
		return nil, err
	}
	helper, err := discovery.NewHelper(kube.Discovery(), log)
	if err != nil {
		return nil, fmt.Errorf("discovering the target's resources: %w", err)
	}
	own := clients{server: server, name: "server"}
	velero, err := own.velero()
	if err != nil {
		return nil, err
	}
	pods, err := own.podGetter()
	if err != nil {
		return nil, err
	}
	return restore.NewKubernetesRestorer(velero.VeleroV1(), helper, client.NewDynamicFactory(dyn), priorities,
		kube.CoreV1().Namespaces(), nil, patience, patience, log, executor{}, pods)
}

// executor pretends to run commands in pods.
type executor struct{}

// ExecutePodCommand does nothing and succeeds.
func (executor) ExecutePodCommand(logrus.FieldLogger, map[string]any, string, string, string, *velerov1.ExecHook) error {
	return nil
}

// snapshotLocations lists the VolumeSnapshotLocations of the cluster.
func snapshotLocations(c clients) (listers.VolumeSnapshotLocationLister, error) {
	velero, err := c.velero()
	if err != nil {
		return nil, err
	}
	list, err := velero.VeleroV1().VolumeSnapshotLocations(judge.Namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	index := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for i := range list.Items {
		if err := index.Add(&list.Items[i]); err != nil {
			return nil, err
		}
	}
	return listers.NewVolumeSnapshotLocationLister(index), nil
}

// snapshotters knows one snapshotter for every provider.
type snapshotters struct{}

// GetVolumeSnapshotter returns it.
func (snapshotters) GetVolumeSnapshotter(string) (velero.VolumeSnapshotter, error) {
	return snapshotter{}, nil
}

// snapshotter pretends to make volumes. The id of a new volume cannot be
// known beforehand, so it leaves the PersistentVolume's as it is.
type snapshotter struct{ velero.VolumeSnapshotter }

// Init accepts any configuration.
func (snapshotter) Init(map[string]string) error { return nil }

// CreateVolumeFromSnapshot makes up the id of a volume.
func (snapshotter) CreateVolumeFromSnapshot(snapshotID, _, _ string, _ *int64) (string, error) {
	return "restored-from-" + snapshotID, nil
}

// SetVolumeID leaves the PersistentVolume alone.
func (snapshotter) SetVolumeID(pv runtime.Unstructured, _ string) (runtime.Unstructured, error) {
	return pv, nil
}
