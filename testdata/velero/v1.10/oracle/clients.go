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
	vsv1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/volumesnapshotter/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	k8sscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	kbclient "sigs.k8s.io/controller-runtime/pkg/client"

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

// kubebuilder makes a client of the types that Velero's secret action asks for.
// Source: v1.10.3 pkg/client/factory.go:157-180.
func (c clients) kubebuilder() (kbclient.Client, error) {
	types := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{velerov1.AddToScheme, k8sscheme.AddToScheme, apiextv1beta1.AddToScheme, apiextv1.AddToScheme} {
		if err := add(types); err != nil {
			return nil, err
		}
	}
	return kbclient.New(c.config(), kbclient.Options{Scheme: types})
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
		kube.CoreV1().Namespaces(), nil, patience, patience, log, executor{}, pods, nil)
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
func (snapshotters) GetVolumeSnapshotter(string) (vsv1.VolumeSnapshotter, error) {
	return snapshotter{}, nil
}

// snapshotter pretends to make volumes. The id of a new volume cannot be
// known beforehand, so it leaves the PersistentVolume's as it is.
type snapshotter struct{ vsv1.VolumeSnapshotter }

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
