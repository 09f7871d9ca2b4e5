package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/backup"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/cmd/server/config"
	"github.com/vmware-tanzu/velero/pkg/controller"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/features"
	"github.com/vmware-tanzu/velero/pkg/metrics"
	"github.com/vmware-tanzu/velero/pkg/persistence"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/util/logging"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// Backup backs the input's cluster up, runs each action over each of its
// items, and tells what came of both.
func Backup(in conformance.BackupInput) (*conformance.BackupAnswer, error) {
	one.Lock()
	defer one.Unlock()
	features.NewFeatureFlagSet(in.Features...)
	answer := &conformance.BackupAnswer{}
	if err := backUp(in, answer); err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	if err := executeAlone(in, answer); err != nil {
		return nil, fmt.Errorf("running the actions: %w", err)
	}
	judge.TidyBackup(answer)
	return answer, nil
}

// backUp lets Velero's controller handle the Backup once.
func backUp(in conformance.BackupInput, answer *conformance.BackupAnswer) error {
	server, err := judge.NewBackupCluster(in)
	if err != nil {
		return fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	store := judge.EmptyStore()
	name := judge.BackupName(conformance.Input{Backup: in.Backup})
	if err := reconcileBackup(server, store, in.Features, name); err != nil {
		return err
	}
	var made struct {
		Status struct {
			ValidationErrors []string
			FailureReason    string
		}
	}
	if err := json.Unmarshal(server.Get("velero.io", "backups", judge.Namespace, name), &made); err != nil {
		return fmt.Errorf("reading the Backup's status: %w", err)
	}
	answer.Outcome.Validation, answer.Outcome.Failure = made.Status.ValidationErrors, made.Status.FailureReason
	var results struct{ Errors conformance.Result }
	if err := store.Read("backups/"+name+"/"+name+"-results.gz", &results); err != nil {
		return err
	}
	answer.Outcome.Errors = results.Errors
	tarball, ok := store.File("backups/" + name + "/" + name + ".tar.gz")
	if !ok {
		return nil
	}
	return judge.AddTarball(answer, in, tarball)
}

func reconcileBackup(server *apiserver.Server, store *judge.Store, flags []string, name string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log := quiet()
	f := &factory{server: server, client: ownClient}
	kb, err := f.KubebuilderClient()
	if err != nil {
		return err
	}
	helper, err := f.helper(log)
	if err != nil {
		return err
	}
	own, err := newBackupActions(&factory{server: server, client: judge.Plugin}, flags, log)
	if err != nil {
		return fmt.Errorf("making the actions: %w", err)
	}
	newManager := func(logrus.FieldLogger) clientmgmt.Manager { return &backupPlugins{plugins{store: store}, own} }
	stores := persistence.NewObjectBackupStoreGetter(noCredentials{})
	dynamic, err := f.DynamicClient()
	if err != nil {
		return err
	}
	defaults := config.GetDefaultConfig()
	backupper, err := backup.NewKubernetesBackupper(kb, helper, client.NewDynamicFactory(dynamic), executor{}, podVolumes{},
		patience, false, defaults.ClientPageSize, defaults.UploaderType, newManager, stores)
	if err != nil {
		return fmt.Errorf("making the backupper: %w", err)
	}
	// With one worker the order of a backup is always the same.
	r := newBackupReconciler(ctx, helper, backupper, log, logrus.ErrorLevel, newManager, controller.NewBackupTracker(), kb,
		"default", false, time.Hour, defaults.DefaultVGSLabelKey, patience, patience, patience, nil, metrics.NewServerMetrics(),
		stores, logging.FormatText, noCredentials{}, 1, false, 1, 1, kb)
	_, err = r.Reconcile(ctx, ctrl.Request{NamespacedName: types.NamespacedName{Namespace: judge.Namespace, Name: name}})
	return err
}

// helper asks the cluster what it serves.
func (f *factory) helper(log logrus.FieldLogger) (discovery.Helper, error) {
	discover, err := f.DiscoveryClient()
	if err != nil {
		return nil, err
	}
	helper, err := discovery.NewHelper(discover, log)
	if err != nil {
		return nil, fmt.Errorf("discovering the cluster's resources: %w", err)
	}
	return helper, nil
}
