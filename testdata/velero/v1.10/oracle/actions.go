package oracle

import (
	"encoding/json"
	"fmt"
	"sort"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	"github.com/vmware-tanzu/velero/pkg/restore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/velero/judge"
)

// restoreItemActions makes every restore item action that Velero registers,
// sorted by the name it is registered with.
func restoreItemActions(c clients, log logrus.FieldLogger) ([]riav1.RestoreItemAction, error) {
	kube, err := c.kube()
	if err != nil {
		return nil, err
	}
	own, err := c.velero()
	if err != nil {
		return nil, err
	}
	kb, err := c.kubebuilder()
	if err != nil {
		return nil, err
	}
	configMaps := kube.CoreV1().ConfigMaps(judge.Namespace)
	registered := map[string]riav1.RestoreItemAction{
		"velero.io/job":                             restore.NewJobAction(log),
		"velero.io/pod":                             restore.NewPodAction(log),
		"velero.io/pod-volume-restore":              restore.NewPodVolumeRestoreAction(log, configMaps, own.VeleroV1().PodVolumeBackups(judge.Namespace)),
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
		"velero.io/secret":                          restore.NewSecretAction(log, kb),
	}
	names := make([]string, 0, len(registered))
	for n := range registered {
		names = append(names, n)
	}
	sort.Strings(names)
	var out []riav1.RestoreItemAction
	for _, n := range names {
		out = append(out, crossing{registered[n]})
	}
	return out, nil
}

// crossing does to an action's input and output what the way into Velero's
// plugin process and back does: everything is JSON in between, an error comes
// back as a gRPC error, and a panic as an error.
type crossing struct{ riav1.RestoreItemAction }

// Execute runs the action behind the crossing.
func (c crossing) Execute(in *velero.RestoreItemActionExecuteInput) (out *velero.RestoreItemActionExecuteOutput, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, status.Error(codes.Aborted, fmt.Sprintf("plugin panicked: %v", p))
		}
	}()
	sent, err := carryInput(in)
	if err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	answer, err := c.RestoreItemAction.Execute(sent)
	if err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	back := *answer
	if back.UpdatedItem == nil {
		back.UpdatedItem = in.Item
	}
	if back.UpdatedItem, err = carryItem(back.UpdatedItem); err != nil {
		return nil, err
	}
	return &back, nil
}

func carryInput(in *velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteInput, error) {
	item, err := carryItem(in.Item)
	if err != nil {
		return nil, err
	}
	fromBackup, err := carryItem(in.ItemFromBackup)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(in.Restore)
	if err != nil {
		return nil, err
	}
	r := &velerov1.Restore{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	return &velero.RestoreItemActionExecuteInput{Item: item, ItemFromBackup: fromBackup, Restore: r}, nil
}

func carryItem(item runtime.Unstructured) (*unstructured.Unstructured, error) {
	data, err := json.Marshal(item.UnstructuredContent())
	if err != nil {
		return nil, err
	}
	out := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, out); err != nil {
		return nil, err
	}
	return out, nil
}
