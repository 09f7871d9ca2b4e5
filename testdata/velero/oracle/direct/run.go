// Package direct is what the judges of releases share whose restorer is called without its controller: Velero 1.6, 1.9 and 1.10.
package direct

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/features"
	listers "github.com/vmware-tanzu/velero/pkg/generated/listers/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/label"
	"github.com/vmware-tanzu/velero/pkg/restore"
	"github.com/vmware-tanzu/velero/pkg/volume"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// Patience replaces the ten minutes that Velero would wait for an object to
// be ready or gone; nothing in the fake cluster changes by itself.
const Patience = 2 * time.Second

// Release is what a release has of its own.
type Release struct {
	Image    string // the Velero server that runs in the target
	Validate func(*velerov1.Restore) []string
	// Restore calls the restorer.
	Restore func(server *apiserver.Server, in conformance.Input, request restore.Request, locations listers.VolumeSnapshotLocationLister) (warnings, errors conformance.Result, err error)
}

// one guards the features, which are global in Velero.
var one sync.Mutex

// With works with features of Velero's server, and alone.
func With(names []string, work func() error) error {
	one.Lock()
	defer one.Unlock()
	features.NewFeatureFlagSet(names...)
	return work()
}

// Run restores the input's backup and tells what Velero sent.
func (r *Release) Run(in conformance.Input) (answer *conformance.Answer, err error) {
	err = With(in.Features, func() error {
		answer, err = r.run(in)
		return err
	})
	return answer, err
}

func (r *Release) run(in conformance.Input) (*conformance.Answer, error) {
	server, err := judge.NewCluster(in, r.Image)
	if err != nil {
		return nil, fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	var outcome conformance.Outcome
	err = judge.WithKubeconfig(server, in, func() error {
		outcome, err = r.restoreOnce(server, in)
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
func (r *Release) restoreOnce(server *apiserver.Server, in conformance.Input) (out conformance.Outcome, err error) {
	request, err := newRequest(server, in)
	if err != nil {
		return out, err
	}
	if out.Validation = r.Validate(request.Restore); len(out.Validation) > 0 {
		return out, nil
	}
	locations, err := snapshotLocations(Clients{Server: server, Name: "server"})
	if err != nil {
		return out, fmt.Errorf("listing the snapshot locations: %w", err)
	}
	out.Warnings, out.Errors, err = r.Restore(server, in, request, locations)
	return out, err
}

// Quiet is a logger whose lines nobody reads.
func Quiet() *logrus.Logger {
	log := logrus.New()
	log.SetOutput(io.Discard)
	log.SetLevel(logrus.PanicLevel)
	return log
}

func newRequest(server *apiserver.Server, in conformance.Input) (restore.Request, error) {
	req := restore.Request{Restore: &velerov1.Restore{}, Backup: &velerov1.Backup{}, Log: Quiet(), BackupReader: bytes.NewReader(in.Tarball)}
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
	own, err := Clients{Server: server, Name: "server"}.Velero()
	if err != nil {
		return req, err
	}
	list, err := own.VeleroV1().PodVolumeBackups(judge.Namespace).List(context.Background(), label.NewListOptionsForBackup(judge.BackupName(in)))
	if err != nil {
		return req, fmt.Errorf("listing the PodVolumeBackups: %w", err)
	}
	for i := range list.Items {
		req.PodVolumeBackups = append(req.PodVolumeBackups, &list.Items[i])
	}
	return req, nil
}
