// Package oracle runs the restore of Velero in process, of the release that the
// program is linked with, 1.11 or later: its restore controller, its restorer and its own restore item actions, with their real
// clients, against an API server in memory.
package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/buildinfo"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/controller"
	"github.com/vmware-tanzu/velero/pkg/features"
	"github.com/vmware-tanzu/velero/pkg/metrics"
	"github.com/vmware-tanzu/velero/pkg/persistence"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/restore"
	"github.com/vmware-tanzu/velero/pkg/util/logging"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// image is the Velero server that runs in the target.
func image() string { return "velero/velero:" + buildinfo.Version }

// Patience replaces the ten minutes that Velero would wait for an object to
// be ready or gone; nothing in the fake cluster changes by itself.
const Patience = 2 * time.Second

// one guards the features, which are global in Velero.
var one sync.Mutex

// With gives Velero feature flags, until the function that it returns is called.
func With(flags []string) func() {
	one.Lock()
	features.NewFeatureFlagSet(flags...)
	return one.Unlock
}

// Run restores the input's backup and tells what Velero sent.
func (r *Release) Run(in conformance.Input) (*conformance.Answer, error) {
	defer With(in.Features)()

	server, err := judge.NewCluster(in, image())
	if err != nil {
		return nil, fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	store, err := judge.NewStore(in)
	if err != nil {
		return nil, fmt.Errorf("setting up the object store: %w", err)
	}
	err = judge.WithKubeconfig(server, in, func() error {
		return r.reconcile(server, store, in)
	})
	if err != nil {
		return nil, err
	}
	outcome, err := outcomeOf(server, store, judge.RestoreName(in))
	if err != nil {
		return nil, err
	}
	answer := &conformance.Answer{Requests: judge.Requests(server.Calls()), Outcome: outcome}
	return answer, judge.Normalise(answer)
}

// init silences what Velero and client-go say behind the back of the logger
// they are given.
func init() {
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	ctrl.SetLogger(funcr.New(func(string, string) {}, funcr.Options{})) // logr.Discard() has no sink, which older releases read
}

// Quiet is a logger that says nothing.
func Quiet() *logrus.Logger {
	log := logrus.New()
	log.SetOutput(io.Discard)
	log.SetLevel(logrus.PanicLevel)
	return log
}

// defaultItemOperationTimeout is that of Velero's server (pkg/cmd/server/config/config.go).
const defaultItemOperationTimeout = 4 * time.Hour

// reconcile lets Velero's controller handle the Restore once.
func (r *Release) reconcile(server *apiserver.Server, store *judge.Store, in conformance.Input) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log := Quiet()
	restorer, err := r.newRestorer(server, log)
	if err != nil {
		return fmt.Errorf("making the restorer: %w", err)
	}
	own := NewServerFactory(server, r)
	kb, err := own.KubebuilderClient()
	if err != nil {
		return fmt.Errorf("making the controller's client: %w", err)
	}
	actions, err := r.restoreItemActions(NewFactory(server, r, judge.Plugin), log)
	if err != nil {
		return fmt.Errorf("making the restore item actions: %w", err)
	}
	var programs []string
	if r.Plugins != nil {
		if programs, err = r.Plugins(in.Features); err != nil {
			return fmt.Errorf("making the plugins: %w", err)
		}
	}
	withPlugins, cleanUp, err := addPlugins(actions, in.Plugins, programs)
	if err != nil {
		return fmt.Errorf("running the plugins: %w", err)
	}
	defer cleanUp()
	newManager := func(logrus.FieldLogger) clientmgmt.Manager { return &Plugins{actions: withPlugins, Store: store} }
	made, err := Construct(controller.NewRestoreReconciler, ctx, judge.Namespace, restorer, kb, log, logrus.PanicLevel, newManager,
		persistence.NewObjectBackupStoreGetter(NoCredentials{}), metrics.NewServerMetrics(), logging.FormatText,
		defaultItemOperationTimeout, true, kb, Patience)
	if err != nil {
		return fmt.Errorf("making the controller: %w", err)
	}
	_, err = made.(Reconciler).Reconcile(ctx, ctrl.Request{NamespacedName: types.NamespacedName{Namespace: judge.Namespace, Name: judge.RestoreName(in)}})
	if err != nil {
		return fmt.Errorf("running the restore: %w", err)
	}
	return nil
}

// newRestorer makes the restorer as Velero's server does.
func (r *Release) newRestorer(server *apiserver.Server, log logrus.FieldLogger) (restore.Restorer, error) {
	f := NewFactory(server, r, judge.Restorer)
	dynamic, err := f.DynamicClient()
	if err != nil {
		return nil, err
	}
	kube, err := f.KubeClient()
	if err != nil {
		return nil, err
	}
	helper, err := f.Helper(log)
	if err != nil {
		return nil, err
	}
	own := NewServerFactory(server, r)
	kb, err := own.KubebuilderClient()
	if err != nil {
		return nil, err
	}
	pods, err := own.podGetter()
	if err != nil {
		return nil, err
	}
	return newKubernetesRestorer(arguments{
		helper: helper, dynamic: client.NewDynamicFactory(dynamic),
		priorities: r.Priorities,
		kube:       kube, pods: pods, log: log, kb: kb, last: r.Last,
	})
}

// outcomeOf reads how the restore ended: from the Restore's status and from
// the files that the controller uploaded.
func outcomeOf(server *apiserver.Server, store *judge.Store, name string) (conformance.Outcome, error) {
	var out conformance.Outcome
	var restore struct {
		Status struct {
			ValidationErrors []string
			FailureReason    string
		}
	}
	if err := json.Unmarshal(server.Get("velero.io", "restores", judge.Namespace, name), &restore); err != nil {
		return out, fmt.Errorf("reading the Restore's status: %w", err)
	}
	out.Validation, out.Failure = restore.Status.ValidationErrors, restore.Status.FailureReason
	var results struct{ Errors, Warnings conformance.Result }
	if err := store.Read("restores/"+name+"/restore-"+name+"-results.gz", &results); err != nil {
		return out, err
	}
	out.Errors, out.Warnings = results.Errors, results.Warnings
	var list map[string][]string
	if err := store.Read("restores/"+name+"/restore-"+name+"-resource-list.json.gz", &list); err != nil {
		return out, err
	}
	out.Items = judge.Items(list)
	return out, nil
}
