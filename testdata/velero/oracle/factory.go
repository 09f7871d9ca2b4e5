package oracle

import (
	"fmt"

	"github.com/sirupsen/logrus"
	"github.com/spf13/pflag"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	corev1 "k8s.io/api/core/v1"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
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

// Factory makes clients of the server in memory, where Velero's own makes
// clients of the cluster that a kubeconfig names.
type Factory struct {
	server  *apiserver.Server
	release *Release
	client  string

	kubebuilder kbclient.WithWatch
}

// BindFlags has nothing to bind.
func (f *Factory) BindFlags(*pflag.FlagSet) {}

// SetBasename is of no use here.
func (f *Factory) SetBasename(string) {}

// SetClientQPS is of no use here.
func (f *Factory) SetClientQPS(float32) {}

// SetClientBurst is of no use here.
func (f *Factory) SetClientBurst(int) {}

// Namespace is where Velero runs.
func (f *Factory) Namespace() string { return judge.Namespace }

// ClientConfig leads to the server in memory, without limits and in JSON.
func (f *Factory) ClientConfig() (*rest.Config, error) {
	return &rest.Config{
		Host: "http://cluster", Transport: f.server.Client(f.client), QPS: -1,
		ContentConfig: rest.ContentConfig{ContentType: "application/json", AcceptContentTypes: "application/json"},
	}, nil
}

// KubeClient makes a typed client.
func (f *Factory) KubeClient() (kubernetes.Interface, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(cfg)
}

// DynamicClient makes a client of anything.
func (f *Factory) DynamicClient() (dynamic.Interface, error) {
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	return dynamic.NewForConfig(cfg)
}

// Helper asks the cluster what it serves.
func (f *Factory) Helper(log logrus.FieldLogger) (discovery.Helper, error) {
	kube, err := f.KubeClient()
	if err != nil {
		return nil, err
	}
	return HelperOf(kube, log)
}

// HelperOf asks the cluster of a client what it serves.
func HelperOf(kube kubernetes.Interface, log logrus.FieldLogger) (discovery.Helper, error) {
	made, err := Construct(discovery.NewHelper, kube.Discovery(), log)
	if err != nil {
		return nil, fmt.Errorf("discovering the cluster's resources: %w", err)
	}
	return made.(discovery.Helper), nil
}

// scheme has the types that Velero knows. It never changes, so that one does
// for all runs.
func (r *Release) scheme() (*runtime.Scheme, error) {
	return schemeOf(velerov1.AddToScheme, r.Uploads, k8sscheme.AddToScheme,
		apiextv1beta1.AddToScheme, apiextv1.AddToScheme, r.Snapshots)
}

// serverScheme has the types that the client of Velero's server itself knows:
// fewer than those of its plugins. Strategic merge patches depend on it.
// Source: v1.18.2 pkg/cmd/server/server.go:233-261.
func (r *Release) serverScheme() (*runtime.Scheme, error) {
	return schemeOf(velerov1.AddToScheme, r.Uploads, corev1.AddToScheme, r.Snapshots, r.Groups, r.Workloads)
}

func schemeOf(add ...func(*runtime.Scheme) error) (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, to := range add {
		if to == nil {
			continue
		}
		if err := to(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ownClient is the name of the client of Velero's server itself.
const ownClient = "server"

// NewFactory makes clients whose writes are recorded under a name.
func NewFactory(server *apiserver.Server, r *Release, client string) *Factory {
	return &Factory{server: server, release: r, client: client}
}

// NewServerFactory makes the clients of Velero's server itself.
func NewServerFactory(server *apiserver.Server, r *Release) *Factory {
	return NewFactory(server, r, ownClient)
}

// KubebuilderClient makes a controller-runtime client of the types that
// Velero knows.
func (f *Factory) KubebuilderClient() (kbclient.Client, error) {
	return f.KubebuilderWatchClient()
}

// KubebuilderWatchClient makes the same client, able to watch; a factory makes
// it once.
func (f *Factory) KubebuilderWatchClient() (kbclient.WithWatch, error) {
	if f.kubebuilder != nil {
		return f.kubebuilder, nil
	}
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	known := f.release.scheme
	if f.client == ownClient {
		known = f.release.serverScheme
	}
	types, err := known()
	if err != nil {
		return nil, err
	}
	f.kubebuilder, err = kbclient.NewWithWatch(cfg, kbclient.Options{Scheme: types})
	return f.kubebuilder, err
}

// podGetter makes a client that sees every pod running, so that exec hooks do
// not wait for ever.
func (f *Factory) podGetter() (cache.Getter, error) {
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
