// Package from14 has what Velero 1.14 and 1.15 share.
package from14

import (
	"github.com/sirupsen/logrus"
	uploads "github.com/vmware-tanzu/velero/pkg/apis/velero/v2alpha1"
	"github.com/vmware-tanzu/velero/pkg/client"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
	"github.com/vmware-tanzu/velero/pkg/restore/actions"
	"github.com/vmware-tanzu/velero/pkg/restore/actions/csi"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

// Release is 1.14 or 1.15, which keep the order of resources at different places.
func Release(version string, priorities any, snapshots func(*runtime.Scheme) error) *oracle.Release {
	return &oracle.Release{
		Version: version, Snapshots: snapshots, Uploads: uploads.AddToScheme, Workloads: oracle.Workloads,
		Priorities: priorities,
		Clients:    func(f *oracle.Factory) client.Factory { return f },
		Actions:    restoreItemActions,
	}
}

func restoreItemActions(f *oracle.Factory, log logrus.FieldLogger) (out oracle.Actions, err error) {
	if out.First, err = firstActions(f, log); err != nil {
		return out, err
	}
	out.Second, err = oracle.Make[riav2.RestoreItemAction](log, map[string]common.HandlerInitializer{
		"velero.io/csi-pvc-restorer":                   csi.NewPvcRestoreItemAction(f),
		"velero.io/csi-volumesnapshot-restorer":        csi.NewVolumeSnapshotRestoreItemAction(f),
		"velero.io/csi-volumesnapshotcontent-restorer": csi.NewVolumeSnapshotContentRestoreItemAction,
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
	return map[string]riav1.RestoreItemAction{
		"velero.io/job":                             actions.NewJobAction(log),
		"velero.io/pod":                             actions.NewPodAction(log),
		"velero.io/pod-volume-restore":              actions.NewPodVolumeRestoreAction(log, configMaps, kb),
		"velero.io/init-restore-hook":               actions.NewInitRestoreHookPodAction(log),
		"velero.io/service":                         actions.NewServiceAction(log),
		"velero.io/service-account":                 actions.NewServiceAccountAction(log),
		"velero.io/add-pvc-from-pod":                actions.NewAddPVCFromPodAction(log),
		"velero.io/add-pv-from-pvc":                 actions.NewAddPVFromPVCAction(log),
		"velero.io/change-storage-class":            actions.NewChangeStorageClassAction(log, configMaps, kube.StorageV1().StorageClasses()),
		"velero.io/change-image-name":               actions.NewChangeImageNameAction(log, configMaps),
		"velero.io/role-bindings":                   actions.NewRoleBindingAction(log),
		"velero.io/cluster-role-bindings":           actions.NewClusterRoleBindingAction(log),
		"velero.io/crd-preserve-fields":             actions.NewCRDV1PreserveUnknownFieldsAction(log),
		"velero.io/change-pvc-node-selector":        actions.NewChangePVCNodeSelectorAction(log, configMaps, kube.CoreV1().Nodes()),
		"velero.io/apiservice":                      actions.NewAPIServiceAction(log),
		"velero.io/admission-webhook-configuration": actions.NewAdmissionWebhookConfigurationAction(log),
		"velero.io/secret":                          actions.NewSecretAction(log, kb),
		"velero.io/dataupload":                      actions.NewDataUploadRetrieveAction(log, kb),
	}, nil
}
