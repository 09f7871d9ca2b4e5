// Package from11 has what Velero 1.11, 1.12 and 1.13 share.
package from11

import (
	"maps"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/client"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

// Release completes a release, 1.11, 1.12 or 1.13, with the actions that all of them register: more makes those whose constructors differ
// or are missing in one of them.
func Release(r oracle.Release, more func(*oracle.Factory, logrus.FieldLogger) (oracle.Actions, error)) *oracle.Release {
	r.Clients = func(*oracle.Factory) client.Factory { return nil } // the judges of these make no backups
	r.Actions = func(f *oracle.Factory, log logrus.FieldLogger) (oracle.Actions, error) {
		first, err := firstActions(f, log)
		if err != nil {
			return oracle.Actions{}, err
		}
		out, err := more(f, log)
		if err != nil {
			return out, err
		}
		maps.Copy(first, out.First)
		out.First = first
		return out, nil
	}
	return &r
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
		"velero.io/job":                             restore.NewJobAction(log),
		"velero.io/pod":                             restore.NewPodAction(log),
		"velero.io/init-restore-hook":               restore.NewInitRestoreHookPodAction(log),
		"velero.io/service":                         restore.NewServiceAction(log),
		"velero.io/service-account":                 restore.NewServiceAccountAction(log),
		"velero.io/add-pvc-from-pod":                restore.NewAddPVCFromPodAction(log),
		"velero.io/add-pv-from-pvc":                 restore.NewAddPVFromPVCAction(log),
		"velero.io/change-storage-class":            restore.NewChangeStorageClassAction(log, configMaps, kube.StorageV1().StorageClasses()),
		"velero.io/change-image-name":               restore.NewChangeImageNameAction(log, configMaps),
		"velero.io/role-bindings":                   restore.NewRoleBindingAction(log),
		"velero.io/cluster-role-bindings":           restore.NewClusterRoleBindingAction(log),
		"velero.io/crd-preserve-fields":             restore.NewCRDV1PreserveUnknownFieldsAction(log),
		"velero.io/change-pvc-node-selector":        restore.NewChangePVCNodeSelectorAction(log, configMaps, kube.CoreV1().Nodes()),
		"velero.io/apiservice":                      restore.NewAPIServiceAction(log),
		"velero.io/admission-webhook-configuration": restore.NewAdmissionWebhookConfigurationAction(log),
		"velero.io/secret":                          restore.NewSecretAction(log, kb),
	}, nil
}
