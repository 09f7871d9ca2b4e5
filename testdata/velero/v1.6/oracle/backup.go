package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/backup"
	"github.com/vmware-tanzu/velero/pkg/util/collections"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// Velero is this version as the judge's command runs it.
var Velero = judge.Velero{Version: Version, Restore: Run, Backup: Backup}

// Backup backs the input's cluster up, runs each action over each of its
// items, and tells what came of both.
func Backup(in conformance.BackupInput) (*conformance.BackupAnswer, error) {
	answer := &conformance.BackupAnswer{}
	err := direct.With(in.Features, func() error {
		if err := backUp(in, answer); err != nil {
			return fmt.Errorf("backing up: %w", err)
		}
		if err := executeAlone(in, answer); err != nil {
			return fmt.Errorf("running the actions: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	judge.TidyBackup(answer)
	return answer, nil
}

// backUp does what Velero's controller does with a Backup: validate it and
// call the backupper.
func backUp(in conformance.BackupInput, answer *conformance.BackupAnswer) error {
	server, err := judge.NewBackupCluster(in)
	if err != nil {
		return fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	request := &backup.Request{Backup: &velerov1.Backup{}}
	name := judge.BackupName(conformance.Input{Backup: in.Backup})
	if err := json.Unmarshal(server.Get("velero.io", "backups", judge.Namespace, name), request.Backup); err != nil {
		return fmt.Errorf("reading the Backup: %w", err)
	}
	if answer.Outcome.Validation = validateBackup(request.Spec); len(answer.Outcome.Validation) > 0 {
		return nil
	}
	restic := false
	request.Spec.DefaultVolumesToRestic = &restic
	log := logrus.New()
	log.SetOutput(io.Discard)
	log.AddHook(errorHook{&answer.Outcome.Errors.Velero})
	backupper, err := newBackupper(server, log)
	if err != nil {
		return fmt.Errorf("making the backupper: %w", err)
	}
	actions, err := backupItemActions(direct.Clients{Server: server, Name: judge.Plugin}, log)
	if err != nil {
		return fmt.Errorf("making the actions: %w", err)
	}
	var all []runningAction
	for _, n := range actionNames(actions) {
		all = append(all, backupCrossing{actions[n]})
	}
	var tarball bytes.Buffer
	if err := backupper.Backup(log, request, &tarball, all, snapshotters{}); err != nil {
		answer.Outcome.Failure = err.Error()
		return nil
	}
	return judge.AddTarball(answer, in, tarball.Bytes())
}

// validateBackup returns why the controller would refuse the Backup.
func validateBackup(spec velerov1.BackupSpec) []string {
	var problems []string
	for _, err := range collections.ValidateIncludesExcludes(spec.IncludedResources, spec.ExcludedResources) {
		problems = append(problems, fmt.Sprintf("Invalid included/excluded resource lists: %v", err))
	}
	for _, err := range collections.ValidateIncludesExcludes(spec.IncludedNamespaces, spec.ExcludedNamespaces) {
		problems = append(problems, fmt.Sprintf("Invalid included/excluded namespace lists: %v", err))
	}
	return problems
}

// newBackupper makes the backupper as Velero's server does, but for restic.
func newBackupper(server *apiserver.Server, log logrus.FieldLogger) (backup.Backupper, error) {
	p, err := direct.NewParts(server, "server", log)
	if err != nil {
		return nil, err
	}
	return backup.NewKubernetesBackupper(p.Velero.VeleroV1(), p.Helper, p.Dynamic, direct.Executor{}, nil, direct.Patience, false)
}

// errorHook collects the errors of a log, which Velero counts.
type errorHook struct{ list *[]string }

// Levels are those of errors.
func (errorHook) Levels() []logrus.Level {
	return []logrus.Level{logrus.ErrorLevel, logrus.FatalLevel, logrus.PanicLevel}
}

// Fire keeps the message and the error in it.
func (h errorHook) Fire(e *logrus.Entry) error {
	text := e.Message
	if err, ok := e.Data[logrus.ErrorKey].(error); ok {
		text += ": " + err.Error()
	}
	*h.list = append(*h.list, text)
	return nil
}
