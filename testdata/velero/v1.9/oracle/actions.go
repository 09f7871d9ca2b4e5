package oracle

import (
	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"github.com/vmware-tanzu/velero/pkg/restore"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// restoreItemActions makes every restore item action that Velero registers,
// sorted by the name it is registered with.
func restoreItemActions(c direct.Clients, log logrus.FieldLogger) ([]velero.RestoreItemAction, error) {
	kube, err := c.Kube()
	if err != nil {
		return nil, err
	}
	own, err := c.Velero()
	if err != nil {
		return nil, err
	}
	configMaps := kube.CoreV1().ConfigMaps(judge.Namespace)
	registered := map[string]velero.RestoreItemAction{
		"velero.io/job":                             restore.NewJobAction(log),
		"velero.io/pod":                             restore.NewPodAction(log),
		"velero.io/restic":                          restore.NewResticRestoreAction(log, configMaps, own.VeleroV1().PodVolumeBackups(judge.Namespace)),
		"velero.io/init-restore-hook":               restore.NewInitRestoreHookPodAction(log),
		"velero.io/service":                         restore.NewServiceAction(log),
		"velero.io/service-account":                 restore.NewServiceAccountAction(log),
		"velero.io/add-pvc-from-pod":                restore.NewAddPVCFromPodAction(log),
		"velero.io/add-pv-from-pvc":                 restore.NewAddPVFromPVCAction(log),
		"velero.io/change-storage-class":            restore.NewChangeStorageClassAction(log, configMaps, kube.StorageV1().StorageClasses()),
		"velero.io/role-bindings":                   restore.NewRoleBindingAction(log),
		"velero.io/cluster-role-bindings":           restore.NewClusterRoleBindingAction(log),
		"velero.io/crd-preserve-fields":             restore.NewCRDV1PreserveUnknownFieldsAction(log),
		"velero.io/change-pvc-node-selector":        restore.NewChangePVCNodeSelectorAction(log, configMaps, kube.CoreV1().Nodes()),
		"velero.io/apiservice":                      restore.NewAPIServiceAction(log),
		"velero.io/admission-webhook-configuration": restore.NewAdmissionWebhookConfigurationAction(log),
	}
	return direct.Sorted(registered), nil
}
