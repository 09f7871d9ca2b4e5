package oracle

import (
	"fmt"
	"sort"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/constant"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
	"github.com/vmware-tanzu/velero/pkg/restore/actions"
	"github.com/vmware-tanzu/velero/pkg/restore/actions/csi"
)

// restoreItemActions makes every restore item action that Velero registers,
// under the name it is registered with. Velero lists the actions of the first
// interface before those of the second, each sorted by name.
func restoreItemActions(f *factory, log logrus.FieldLogger) ([]riav2.RestoreItemAction, error) {
	first, err := firstActions(f, log)
	if err != nil {
		return nil, err
	}
	var out []riav2.RestoreItemAction
	for _, name := range sortedNames(first) {
		out = append(out, adaptedAction{crossing{name: name}, first[name]})
	}
	second, err := secondActions(f, log)
	if err != nil {
		return nil, err
	}
	for _, name := range sortedNames(second) {
		out = append(out, namedAction{crossing{name: name}, second[name]})
	}
	return out, nil
}

func sortedNames[A any](m map[string]A) []string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func firstActions(f *factory, log logrus.FieldLogger) (map[string]riav1.RestoreItemAction, error) {
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

func secondActions(f *factory, log logrus.FieldLogger) (map[string]riav2.RestoreItemAction, error) {
	made := map[string]common.HandlerInitializer{
		constant.PluginCSIPVCRestoreRIA:                csi.NewPvcRestoreItemAction(f),
		constant.PluginCsiVolumeSnapshotRestoreRIA:     csi.NewVolumeSnapshotRestoreItemAction(f),
		"velero.io/csi-volumesnapshotcontent-restorer": csi.NewVolumeSnapshotContentRestoreItemAction(f),
		"velero.io/csi-volumesnapshotclass-restorer":   csi.NewVolumeSnapshotClassRestoreItemAction,
	}
	out := map[string]riav2.RestoreItemAction{}
	for name, make := range made {
		action, err := make(log)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		a, ok := action.(riav2.RestoreItemAction)
		if !ok {
			return nil, fmt.Errorf("%s is a %T", name, action)
		}
		out[name] = a
	}
	return out, nil
}
