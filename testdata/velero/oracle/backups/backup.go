// Package backups runs the backup of Velero in process, of release 1.18 or later: its controller, its backupper and its own actions.
package backups

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/persistence"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle"
)

// Of adds the judge of backups to a release's judge of restores.
func Of(r *oracle.Release) judge.Velero {
	v := r.Velero()
	v.Backup = func(in conformance.BackupInput) (*conformance.BackupAnswer, error) { return run(r, in) }
	return v
}

// run backs the input's cluster up, runs each action over each of its
// items, and tells what came of both.
func run(r *oracle.Release, in conformance.BackupInput) (*conformance.BackupAnswer, error) {
	defer oracle.With(in.Features)()
	answer := &conformance.BackupAnswer{}
	if err := backUp(r, in, answer); err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	if err := executeAlone(r, in, answer); err != nil {
		return nil, fmt.Errorf("running the actions: %w", err)
	}
	judge.TidyBackup(answer)
	return answer, nil
}

// backUp lets Velero's controller handle the Backup once.
func backUp(r *oracle.Release, in conformance.BackupInput, answer *conformance.BackupAnswer) error {
	server, err := judge.NewBackupCluster(in)
	if err != nil {
		return fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	store := judge.EmptyStore()
	name := judge.BackupName(conformance.Input{Backup: in.Backup})
	err = judge.WithKubeconfig(server, conformance.Input{Plugins: in.Plugins}, func() error { return reconcileBackup(r, server, store, in, name) })
	if err != nil {
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

func reconcileBackup(r *oracle.Release, server *apiserver.Server, store *judge.Store, in conformance.BackupInput, name string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log := oracle.Quiet()
	f := oracle.NewServerFactory(server, r)
	kb, err := f.KubebuilderClient()
	if err != nil {
		return err
	}
	helper, err := f.Helper(log)
	if err != nil {
		return err
	}
	own, err := newBackupActions(r, oracle.NewFactory(server, r, judge.Plugin), in.Features, log)
	if err != nil {
		return fmt.Errorf("making the actions: %w", err)
	}
	cleanUp, err := own.addPlugins(in.Plugins)
	if err != nil {
		return fmt.Errorf("running the plugins: %w", err)
	}
	defer cleanUp()
	newManager := func(logrus.FieldLogger) clientmgmt.Manager { return &backupPlugins{oracle.Plugins{Store: store}, own} }
	stores := persistence.NewObjectBackupStoreGetter(oracle.NoCredentials{})
	dynamic, err := f.DynamicClient()
	if err != nil {
		return err
	}
	backupper, err := newBackupper(kb, helper, client.NewDynamicFactory(dynamic), newManager, stores)
	if err != nil {
		return fmt.Errorf("making the backupper: %w", err)
	}
	made, err := newController(ctx, helper, backupper, log, newManager, kb, stores)
	if err != nil {
		return fmt.Errorf("making the controller: %w", err)
	}
	_, err = made.(oracle.Reconciler).Reconcile(ctx, ctrl.Request{NamespacedName: types.NamespacedName{Namespace: judge.Namespace, Name: name}})
	return err
}
