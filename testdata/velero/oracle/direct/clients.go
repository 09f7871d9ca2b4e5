package direct

import (
	"context"
	"fmt"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/generated/clientset/versioned"
	listers "github.com/vmware-tanzu/velero/pkg/generated/listers/velero/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// Clients makes clients of the server in memory; what they write is recorded
// under their name.
type Clients struct {
	Server *apiserver.Server
	Name   string
}

// Config is that of a client.
func (c Clients) Config() *rest.Config {
	return &rest.Config{
		Host: "http://cluster", Transport: c.Server.Client(c.Name), QPS: 1e6, Burst: 1e6,
		ContentConfig: rest.ContentConfig{ContentType: "application/json", AcceptContentTypes: "application/json"},
	}
}

// Kube is a client of Kubernetes' own kinds.
func (c Clients) Kube() (*kubernetes.Clientset, error) {
	return kubernetes.NewForConfig(c.Config())
}

// Velero is a client of Velero's kinds.
func (c Clients) Velero() (*versioned.Clientset, error) {
	return versioned.NewForConfig(c.Config())
}

// podGetter sees every pod running, so that exec hooks do not wait for ever.
func (c Clients) podGetter() (cache.Getter, error) {
	cfg := c.Config()
	cfg.Transport = judge.RunningPods(cfg.Transport)
	kube, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, err
	}
	return kube.CoreV1().RESTClient(), nil
}

// Parts are what Velero's server makes its restorer or its backupper of.
type Parts struct {
	Kube    *kubernetes.Clientset
	Helper  discovery.Helper
	Dynamic client.DynamicFactory
	Velero  *versioned.Clientset
	Pods    cache.Getter
}

// NewParts makes them; what is restored is written under the name.
func NewParts(server *apiserver.Server, name string, log logrus.FieldLogger) (p Parts, err error) {
	c := Clients{Server: server, Name: name}
	if p.Kube, err = c.Kube(); err != nil {
		return p, err
	}
	dyn, err := dynamic.NewForConfig(c.Config())
	if err != nil {
		return p, err
	}
	p.Dynamic = client.NewDynamicFactory(dyn)
	if p.Helper, err = discovery.NewHelper(p.Kube.Discovery(), log); err != nil {
		return p, fmt.Errorf("discovering the cluster's resources: %w", err)
	}
	own := Clients{Server: server, Name: "server"}
	if p.Velero, err = own.Velero(); err != nil {
		return p, err
	}
	p.Pods, err = own.podGetter()
	return p, err
}

// Executor pretends to run commands in pods.
type Executor struct{}

// ExecutePodCommand does nothing and succeeds.
func (Executor) ExecutePodCommand(logrus.FieldLogger, map[string]any, string, string, string, *velerov1.ExecHook) error {
	return nil
}

// snapshotLocations lists the VolumeSnapshotLocations of the cluster.
func snapshotLocations(c Clients) (listers.VolumeSnapshotLocationLister, error) {
	own, err := c.Velero()
	if err != nil {
		return nil, err
	}
	list, err := own.VeleroV1().VolumeSnapshotLocations(judge.Namespace).List(context.Background(), metav1.ListOptions{})
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
