// Package oracle runs the restore of Velero v1.10.3 in process: its restorer
// and its own restore item actions, with their real clients, against an API
// server in memory.
package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/buildinfo"
	"github.com/vmware-tanzu/velero/pkg/features"
	"github.com/vmware-tanzu/velero/pkg/label"
	"github.com/vmware-tanzu/velero/pkg/restore"
	"github.com/vmware-tanzu/velero/pkg/util/results"
	"github.com/vmware-tanzu/velero/pkg/volume"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// Version is the profile that this module is the judge of.
const Version = "1.10"

// Velero is this version as the judge's command runs it.
var Velero = judge.Velero{Version: Version, Restore: Run}

// image is the Velero server that runs in the target.
const image = "velero/velero:v1.10.3"

// patience replaces the ten minutes that Velero would wait for an object to
// be ready or gone; nothing in the fake cluster changes by itself.
const patience = 2 * time.Second

// init gives Velero the version that its released binary has, and silences
// what it and client-go say behind the back of the logger they are given.
func init() {
	buildinfo.Version = "v1.10.3"
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	ctrl.SetLogger(funcr.New(func(string, string) {}, funcr.Options{}))
}

// one guards the features, which are global in Velero.
var one sync.Mutex

// Run restores the input's backup and tells what Velero sent.
func Run(in conformance.Input) (*conformance.Answer, error) {
	one.Lock()
	defer one.Unlock()
	features.NewFeatureFlagSet(in.Features...)

	server, err := judge.NewCluster(in, image)
	if err != nil {
		return nil, fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	var outcome conformance.Outcome
	err = judge.WithKubeconfig(server, in, func() error {
		outcome, err = restoreOnce(server, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	answer := &conformance.Answer{Requests: judge.Requests(server.Calls()), Outcome: outcome}
	return answer, judge.Normalise(answer)
}

// restoreOnce does what Velero's controller does with a Restore: validate it,
// fetch what belongs to the backup, and call the restorer.
func restoreOnce(server *apiserver.Server, in conformance.Input) (conformance.Outcome, error) {
	var out conformance.Outcome
	log := logrus.New()
	log.SetOutput(io.Discard)
	log.SetLevel(logrus.PanicLevel)
	request, err := newRequest(server, in, log)
	if err != nil {
		return out, err
	}
	if out.Validation = validate(request.Restore); len(out.Validation) > 0 {
		return out, nil
	}
	restorer, err := newRestorer(server, log)
	if err != nil {
		return out, fmt.Errorf("making the restorer: %w", err)
	}
	actions, err := restoreItemActions(clients{server: server, name: "plugin"}, log)
	if err != nil {
		return out, fmt.Errorf("making the restore item actions: %w", err)
	}
	locations, err := snapshotLocations(clients{server: server, name: "server"})
	if err != nil {
		return out, fmt.Errorf("listing the snapshot locations: %w", err)
	}
	actions, cleanUp, err := addPlugins(actions, in)
	if err != nil {
		return out, err
	}
	defer cleanUp()
	warnings, errors := restorer.Restore(request, actions, locations, snapshotters{})
	out.Warnings, out.Errors = result(warnings), result(errors)
	return out, nil
}

func result(r results.Result) conformance.Result {
	return conformance.Result{Velero: r.Velero, Cluster: r.Cluster, Namespaces: r.Namespaces}
}

func newRequest(server *apiserver.Server, in conformance.Input, log logrus.FieldLogger) (restore.Request, error) {
	req := restore.Request{Restore: &velerov1.Restore{}, Backup: &velerov1.Backup{}, Log: log, BackupReader: bytes.NewReader(in.Tarball)}
	for resource, into := range map[string]any{"restores": req.Restore, "backups": req.Backup} {
		name := judge.RestoreName(in)
		if resource == "backups" {
			name = judge.BackupName(in)
		}
		if err := json.Unmarshal(server.Get("velero.io", resource, judge.Namespace, name), into); err != nil {
			return req, fmt.Errorf("reading %s %s: %w", resource, name, err)
		}
	}
	if in.VolumeSnapshots != nil {
		var list []*volume.Snapshot
		if err := json.Unmarshal(in.VolumeSnapshots, &list); err != nil {
			return req, fmt.Errorf("reading the volume snapshots: %w", err)
		}
		req.VolumeSnapshots = list
	}
	velero, err := clients{server: server, name: "server"}.velero()
	if err != nil {
		return req, err
	}
	list, err := velero.VeleroV1().PodVolumeBackups(judge.Namespace).List(context.Background(), label.NewListOptionsForBackup(judge.BackupName(in)))
	if err != nil {
		return req, fmt.Errorf("listing the PodVolumeBackups: %w", err)
	}
	for i := range list.Items {
		req.PodVolumeBackups = append(req.PodVolumeBackups, &list.Items[i])
	}
	return req, nil
}
