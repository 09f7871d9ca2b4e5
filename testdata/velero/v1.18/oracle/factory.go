package oracle

import (
	"sync"

	groupsnapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumegroupsnapshot/v1beta2"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/spf13/pflag"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	velerov2 "github.com/vmware-tanzu/velero/pkg/apis/velero/v2alpha1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	k8sscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	kbclient "sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// factory makes clients of the server in memory, where Velero's own makes
// clients of the cluster that a kubeconfig names.
type factory struct {
	server *apiserver.Server
	client string

	kubebuilder kbclient.WithWatch
}

// BindFlags has nothing to bind.
func (f *factory) BindFlags(*pflag.FlagSet) {}

// SetBasename is of no use here.
func (f *factory) SetBasename(string) {}

// SetClientQPS is of no use here.
func (f *factory) SetClientQPS(float32) {}

// SetClientBurst is of no use here.
func (f *factory) SetClientBurst(int) {}

// Namespace is where Velero runs.
func (f *factory) Namespace() string { return judge.Namespace }

// ClientConfig leads to the server in memory, without limits and in JSON.
func (f *factory) ClientConfig() (*rest.Config, error) {
	return &rest.Config{
		Host: "http://cluster", Transport: f.server.Client(f.client), QPS: -1,
		ContentConfig: rest.ContentConfig{ContentType: "application/json", AcceptContentTypes: "application/json"},
	}, nil
}

// KubeClient makes a typed client.
func (f *factory) KubeClient() (kubernetes.Interface, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(cfg)
}

// DynamicClient makes a client of anything.
func (f *factory) DynamicClient() (dynamic.Interface, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	return dynamic.NewForConfig(cfg)
}

// DiscoveryClient makes a client that asks what is served.
func (f *factory) DiscoveryClient() (discovery.AggregatedDiscoveryInterface, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	return discovery.NewDiscoveryClientForConfig(cfg)
}

// scheme has the types that Velero knows. It never changes, so that one does
// for all runs.
var scheme = sync.OnceValues(func() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		velerov1.AddToScheme, velerov2.AddToScheme, k8sscheme.AddToScheme,
		apiextv1beta1.AddToScheme, apiextv1.AddToScheme, snapshotv1.AddToScheme,
	} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	return s, nil
})

// serverScheme has the types that the client of Velero's server itself knows:
// fewer than those of its plugins. Strategic merge patches depend on it.
// Source: pkg/cmd/server/server.go:233-261.
var serverScheme = sync.OnceValues(func() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		velerov1.AddToScheme, velerov2.AddToScheme, corev1.AddToScheme, snapshotv1.AddToScheme,
		groupsnapshotv1.AddToScheme, batchv1.AddToScheme, appsv1.AddToScheme,
	} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	return s, nil
})

// ownClient is the name of the client of Velero's server itself.
const ownClient = "server"

// KubebuilderClient makes a controller-runtime client of the types that
// Velero knows.
func (f *factory) KubebuilderClient() (kbclient.Client, error) {
	return f.KubebuilderWatchClient()
}

// KubebuilderWatchClient makes the same client, able to watch; a factory makes
// it once.
func (f *factory) KubebuilderWatchClient() (kbclient.WithWatch, error) {
	if f.kubebuilder != nil {
		return f.kubebuilder, nil
	}
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	types, err := scheme()
	if f.client == ownClient {
		types, err = serverScheme()
	}
	if err != nil {
		return nil, err
	}
	f.kubebuilder, err = kbclient.NewWithWatch(cfg, kbclient.Options{Scheme: types})
	return f.kubebuilder, err
}

// podGetter makes a client that sees every pod running, so that exec hooks do
// not wait for ever.
func (f *factory) podGetter() (cache.Getter, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	cfg.Transport = judge.RunningPods(cfg.Transport)
	kube, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, err
	}
	return kube.CoreV1().RESTClient(), nil
}
