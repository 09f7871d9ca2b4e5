// Package oracle runs the restore of Velero v1.9.3 in process: its restorer
// and its own restore item actions, with their real clients, against an API
// server in memory.
package oracle

import (
	"fmt"
	"io"

	"github.com/go-logr/logr/funcr"
	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/buildinfo"
	listers "github.com/vmware-tanzu/velero/pkg/generated/listers/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// Version is the profile that this module is the judge of.
const Version = "1.9"

// Velero is this version as the judge's command runs it.
var Velero = judge.Velero{Version: Version, Restore: Run}

// image is the Velero server that runs in the target.
const image = "velero/velero:v1.9.3"

// init gives Velero the version that its released binary has, and silences
// what it and client-go say behind the back of the logger they are given.
func init() {
	buildinfo.Version = "v1.9.3"
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	ctrl.SetLogger(funcr.New(func(string, string) {}, funcr.Options{}))
}

var release = direct.Release{Image: image, Validate: validate, Restore: restoreOnce}

// Run restores the input's backup and tells what Velero sent.
func Run(in conformance.Input) (*conformance.Answer, error) { return release.Run(in) }

// restoreOnce calls the restorer.
func restoreOnce(server *apiserver.Server, in conformance.Input, request restore.Request, locations listers.VolumeSnapshotLocationLister) (warnings, errors conformance.Result, err error) {
	log := direct.Quiet()
	restorer, err := newRestorer(server, log)
	if err != nil {
		return warnings, errors, fmt.Errorf("making the restorer: %w", err)
	}
	actions, err := restoreItemActions(direct.Clients{Server: server, Name: "plugin"}, log)
	if err != nil {
		return warnings, errors, fmt.Errorf("making the restore item actions: %w", err)
	}
	actions, cleanUp, err := addPlugins(actions, in)
	if err != nil {
		return warnings, errors, err
	}
	defer cleanUp()
	warned, failed := restorer.Restore(request, actions, locations, snapshotters{})
	return result(warned), result(failed), nil
}

func result(r restore.Result) conformance.Result {
	return conformance.Result{Velero: r.Velero, Cluster: r.Cluster, Namespaces: r.Namespaces}
}
