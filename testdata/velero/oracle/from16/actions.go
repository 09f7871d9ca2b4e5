// Package from16 has what Velero 1.16 and the releases after it share.
package from16

import (
	"fmt"

	"github.com/sirupsen/logrus"
	uploads "github.com/vmware-tanzu/velero/pkg/apis/velero/v2alpha1"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/cmd/server/config"
	"github.com/vmware-tanzu/velero/pkg/constant"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
	"github.com/vmware-tanzu/velero/pkg/restore/actions"
	"github.com/vmware-tanzu/velero/pkg/restore/actions/csi"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

// Release is a release since 1.16; the types of volume snapshots are in a module that changes its path with its version.
func Release(version string, snapshots, groups func(*runtime.Scheme) error) *oracle.Release {
	return &oracle.Release{
		Version: version, Snapshots: snapshots, Groups: groups, Uploads: uploads.AddToScheme, Workloads: oracle.Workloads,
		Priorities: config.GetDefaultConfig().RestoreResourcePriorities,
		Clients:    func(f *oracle.Factory) client.Factory { return clients{f} },
		Actions:    restoreItemActions,
	}
}

// clients is a factory that can be asked for a discovery client, too.
type clients struct{ *oracle.Factory }

// DiscoveryClient makes a client that asks what is served.
func (c clients) DiscoveryClient() (discovery.AggregatedDiscoveryInterface, error) {
	cfg, err := c.ClientConfig()
	if err != nil {
		return nil, err
	}
	return discovery.NewDiscoveryClientForConfig(cfg)
}

func restoreItemActions(f *oracle.Factory, log logrus.FieldLogger) (out oracle.Actions, err error) {
	if out.First, err = firstActions(f, log); err != nil {
		return out, err
	}
	out.Second, err = oracle.Make[riav2.RestoreItemAction](log, map[string]common.HandlerInitializer{
		constant.PluginCSIPVCRestoreRIA:                csi.NewPvcRestoreItemAction(clients{f}),
		constant.PluginCsiVolumeSnapshotRestoreRIA:     csi.NewVolumeSnapshotRestoreItemAction(clients{f}),
		"velero.io/csi-volumesnapshotcontent-restorer": csi.NewVolumeSnapshotContentRestoreItemAction(clients{f}),
		"velero.io/csi-volumesnapshotclass-restorer":   csi.NewVolumeSnapshotClassRestoreItemAction,
	})
	return out, err
}

func firstActions(f *oracle.Factory, log logrus.FieldLogger) (map[string]riav1.RestoreItemAction, error) {
	kube, err := f.KubeClient()
	if err != nil {
		return nil, err
	}
	kb, err := f.KubebuilderClient()
	if err != nil {
		return nil, err
	}
	configMaps := kube.CoreV1().ConfigMaps(f.Namespace())
	volumes, err := actions.NewPodVolumeRestoreAction(log, configMaps, kb, f.Namespace())
	if err != nil {
		return nil, fmt.Errorf("velero.io/pod-volume-restore: %w", err)
	}
	return map[string]riav1.RestoreItemAction{
		"velero.io/job":                             actions.NewJobAction(log),
		"velero.io/pod":                             actions.NewPodAction(log),
		"velero.io/pod-volume-restore":              volumes,
		"velero.io/init-restore-hook":               actions.NewInitRestoreHookPodAction(log),
		"velero.io/service":                         actions.NewServiceAction(log),
		"velero.io/service-account":                 actions.NewServiceAccountAction(log),
		"velero.io/add-pvc-from-pod":                actions.NewAddPVCFromPodAction(log),
		"velero.io/change-storage-class":            actions.NewChangeStorageClassAction(log, configMaps, kube.StorageV1().StorageClasses()),
		"velero.io/change-image-name":               actions.NewChangeImageNameAction(log, configMaps),
		"velero.io/role-bindings":                   actions.NewRoleBindingAction(log),
		"velero.io/cluster-role-bindings":           actions.NewClusterRoleBindingAction(log),
		"velero.io/crd-preserve-fields":             actions.NewCRDV1PreserveUnknownFieldsAction(log),
		"velero.io/pvc":                             actions.NewPVCAction(log, configMaps, kube.CoreV1().Nodes()),
		"velero.io/apiservice":                      actions.NewAPIServiceAction(log),
		"velero.io/admission-webhook-configuration": actions.NewAdmissionWebhookConfigurationAction(log),
		"velero.io/secret":                          actions.NewSecretAction(log, kb),
		"velero.io/dataupload":                      actions.NewDataUploadRetrieveAction(log, kb),
	}, nil
}
