package oracle

import (
	"errors"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/buildinfo"
	"github.com/vmware-tanzu/velero/pkg/client"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// Release is what differs between the releases of Velero that can be linked: what one of them cannot be asked for by an
// expression that compiles with all.
type Release struct {
	// Version is the profile that the release is the judge of.
	Version string
	// Snapshots adds the types of volume snapshots to a scheme; Uploads those of moved data, Groups those of groups of snapshots, and
	// Workloads those of apps and batch, if the server knows them.
	Snapshots, Uploads, Groups, Workloads func(*runtime.Scheme) error
	// Priorities is the order of resources, of the type that the restorer takes.
	Priorities any
	// Last is the last argument of the restorer's constructor, where that is not a tracker of hooks.
	Last any
	// Plugins are programs that the server runs with some features, those of velero-plugin-for-csi before 1.14.
	Plugins func(features []string) ([]string, error)
	// Clients makes the factory one of Velero's own.
	Clients func(*Factory) client.Factory
	// Actions are the restore item actions that Velero registers, by name, those of the first interface and those of the second.
	Actions func(*Factory, logrus.FieldLogger) (Actions, error)
}

// Workloads adds the types of apps and batch to a scheme.
func Workloads(to *runtime.Scheme) error {
	return errors.Join(batchv1.AddToScheme(to), appsv1.AddToScheme(to))
}

// Actions are restore item actions by the names that they are registered with.
type Actions struct {
	First  map[string]riav1.RestoreItemAction
	Second map[string]riav2.RestoreItemAction
}

// Velero is the release as its own judge of restores. It gives Velero the version that its released binary has.
func (r *Release) Velero() judge.Velero {
	buildinfo.Version = conformance.Release(r.Version)
	return judge.Velero{Version: r.Version, Restore: r.Run}
}
