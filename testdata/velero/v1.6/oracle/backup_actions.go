package oracle

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/backup"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"github.com/vmware-tanzu/velero/pkg/util/collections"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/carry"
	"github.com/veltx/veltx/testdata/velero/oracle/direct"
)

// runningAction is an action as a backup runs it.
type runningAction = velero.BackupItemAction

// backupItemActions makes every backup item action that Velero registers.
func backupItemActions(c direct.Clients, log logrus.FieldLogger) (map[string]velero.BackupItemAction, error) {
	kube, err := c.Kube()
	if err != nil {
		return nil, err
	}
	helper, err := discovery.NewHelper(kube.Discovery(), log)
	if err != nil {
		return nil, err
	}
	definitions, err := apiextensions.NewForConfig(c.Config())
	if err != nil {
		return nil, err
	}
	accounts, err := backup.NewServiceAccountAction(log, backup.NewClusterRoleBindingListerMap(kube), helper)
	if err != nil {
		return nil, fmt.Errorf("velero.io/service-account: %w", err)
	}
	return map[string]velero.BackupItemAction{
		"velero.io/pv":                backup.NewPVCAction(log),
		"velero.io/pod":               backup.NewPodAction(log),
		"velero.io/service-account":   accounts,
		"velero.io/crd-remap-version": backup.NewRemapCRDVersionAction(log, definitions.ApiextensionsV1beta1().CustomResourceDefinitions()),
	}, nil
}

func actionNames(actions map[string]velero.BackupItemAction) []string {
	var names []string
	for n := range actions {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// backupCrossing is crossing for backup item actions.
type backupCrossing struct{ velero.BackupItemAction }

// Execute runs the action behind the crossing.
func (c backupCrossing) Execute(item runtime.Unstructured, b *velerov1.Backup) (out runtime.Unstructured, additional []velero.ResourceIdentifier, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, additional, err = nil, nil, status.Error(codes.Aborted, fmt.Sprintf("plugin panicked: %v", p))
		}
	}()
	sent, err := carry.Item(item)
	if err != nil {
		return nil, nil, status.Error(codes.Unknown, err.Error())
	}
	updated, additional, err := c.BackupItemAction.Execute(sent, b.DeepCopy())
	if err != nil {
		return nil, nil, status.Error(codes.Unknown, err.Error())
	}
	if updated == nil {
		updated = item
	}
	out, err = carry.Item(updated)
	return out, additional, err
}

// executeAlone runs each action over each item of the cluster.
func executeAlone(in conformance.BackupInput, answer *conformance.BackupAnswer) error {
	server, err := judge.NewBackupCluster(in)
	if err != nil {
		return fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	log := logrus.New()
	log.SetLevel(logrus.PanicLevel)
	actions, err := backupItemActions(direct.Clients{Server: server, Name: judge.Plugin}, log)
	if err != nil {
		return err
	}
	b := &velerov1.Backup{}
	if err := json.Unmarshal(in.Backup, b); err != nil {
		return fmt.Errorf("the Backup: %w", err)
	}
	kube, err := direct.Clients{Server: server, Name: "server"}.Kube()
	if err != nil {
		return err
	}
	helper, err := discovery.NewHelper(kube.Discovery(), log)
	if err != nil {
		return err
	}
	for _, item := range in.Plain() {
		for _, name := range actionNames(actions) {
			applies, err := appliesTo(actions[name], helper, item)
			if err != nil {
				return err
			}
			if !applies {
				continue
			}
			x, err := judge.Execute(server, "BackupItemAction", name, item, func() (judge.Told, error) { return execute(actions[name], item, b) })
			if err != nil {
				return err
			}
			answer.Executions = append(answer.Executions, x)
		}
	}
	return nil
}

// appliesTo resolves the resources that an action names; none of Velero's own
// is particular about namespaces or labels.
func appliesTo(action velero.BackupItemAction, helper discovery.Helper, item conformance.Item) (bool, error) {
	selector, err := action.AppliesTo()
	if err != nil {
		return false, err
	}
	resource, _, _ := strings.Cut(item.Address(), "/")
	return collections.GetResourceIncludesExcludes(helper, selector.IncludedResources, selector.ExcludedResources).ShouldInclude(resource), nil
}

func execute(action velero.BackupItemAction, item conformance.Item, b *velerov1.Backup) (judge.Told, error) {
	obj := &unstructured.Unstructured{}
	if err := json.Unmarshal(item.Data, obj); err != nil {
		return judge.Told{}, fmt.Errorf("%s: %w", item.Path, err)
	}
	updated, additional, err := backupCrossing{action}.Execute(obj, b)
	if err != nil {
		return judge.Told{}, err
	}
	told := judge.Told{}
	for _, id := range additional {
		told.Additional = append(told.Additional, id.GroupResource.String()+"/"+id.Namespace+"/"+id.Name)
	}
	told.Item, err = json.Marshal(updated.UnstructuredContent())
	return told, err
}
