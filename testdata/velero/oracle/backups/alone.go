package backups

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/discovery"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	biav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v2"
	v1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/itemblockaction/v1"
	"github.com/vmware-tanzu/velero/pkg/util/csi"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle"
)

// alone runs actions by themselves over the items of a cluster.
type alone struct {
	server  *apiserver.Server
	helper  discovery.Helper
	actions *backupActions
	backup  *velerov1.Backup
	log     logrus.FieldLogger
	answer  *conformance.BackupAnswer
}

// snapshots is left out: it waits for a CSI driver, and only a backup knows
// whether it runs at all.
const snapshots = "velero.io/csi-pvc-backupper"

func executeAlone(r *oracle.Release, in conformance.BackupInput, answer *conformance.BackupAnswer) error {
	server, err := judge.NewBackupCluster(in)
	if err != nil {
		return fmt.Errorf("setting up the cluster: %w", err)
	}
	defer server.Close()
	a := &alone{server: server, log: oracle.Quiet(), answer: answer, backup: &velerov1.Backup{}}
	if err := json.Unmarshal(in.Backup, a.backup); err != nil {
		return fmt.Errorf("the Backup: %w", err)
	}
	f := oracle.NewFactory(server, r, judge.Plugin)
	if a.helper, err = f.Helper(a.log); err != nil {
		return err
	}
	if a.actions, err = newBackupActions(r, f, in.Features, a.log); err != nil {
		return err
	}
	return judge.WithKubeconfig(server, conformance.Input{Plugins: in.Plugins}, func() error { return a.run(in) })
}

func (a *alone) run(in conformance.BackupInput) error {
	cleanUp, err := a.actions.addDeletes(in.Plugins)
	if err != nil {
		return fmt.Errorf("running the plugins: %w", err)
	}
	defer cleanUp()
	for _, item := range in.Plain() {
		for _, run := range []func(conformance.Item, *unstructured.Unstructured) error{a.items, a.blocks, a.deletes} {
			obj := &unstructured.Unstructured{}
			if err := json.Unmarshal(item.Data, obj); err != nil {
				return fmt.Errorf("%s: %w", item.Path, err)
			}
			if err := run(item, obj); err != nil {
				return err
			}
		}
	}
	return nil
}

// does tells whether an action is run over an item, as Velero would.
func (a *alone) does(action framework.ResolvedAction, item conformance.Item, obj *unstructured.Unstructured) bool {
	return action.ShouldUse(groupResource(item), obj.GetNamespace(), obj, a.log)
}

func (a *alone) items(item conformance.Item, obj *unstructured.Unstructured) error {
	resolved, err := framework.NewBackupItemActionResolverV2(a.actions.items).ResolveActions(a.helper, a.log)
	if err != nil {
		return err
	}
	for _, r := range resolved {
		if r.Name() == snapshots || csi.ShouldSkipAction(r.Name()) || !a.does(r, item, obj) {
			continue
		}
		if err := a.add("BackupItemAction", r.Name(), item, func() (judge.Told, error) { return executeItem(r, obj, a.backup) }); err != nil {
			return err
		}
	}
	return nil
}

func executeItem(action biav2.BackupItemAction, obj *unstructured.Unstructured, b *velerov1.Backup) (judge.Told, error) {
	updated, additional, _, _, err := action.Execute(obj, b)
	if err != nil {
		return judge.Told{}, err
	}
	data, err := json.Marshal(updated.UnstructuredContent())
	return judge.Told{Item: data, Additional: addresses(additional)}, err
}

func (a *alone) blocks(item conformance.Item, obj *unstructured.Unstructured) error {
	for _, b := range a.actions.blocks {
		resolved, err := framework.NewItemBlockActionResolver([]v1.ItemBlockAction{b.ItemBlockAction}).ResolveActions(a.helper, a.log)
		if err != nil {
			return err
		}
		if !a.does(resolved[0], item, obj) {
			continue
		}
		err = a.add("ItemBlockAction", b.name, item, func() (judge.Told, error) {
			related, err := b.GetRelatedItems(obj, a.backup)
			return judge.Told{Additional: addresses(related)}, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *alone) deletes(item conformance.Item, obj *unstructured.Unstructured) error {
	for _, d := range a.actions.deletes {
		resolved, err := framework.NewDeleteItemActionResolver([]velero.DeleteItemAction{d.DeleteItemAction}).ResolveActions(a.helper, a.log)
		if err != nil {
			return err
		}
		if !a.does(resolved[0], item, obj) {
			continue
		}
		err = a.add("DeleteItemAction", d.name, item, func() (told judge.Told, err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("plugin panicked: %v", p)
				}
			}()
			return told, d.Execute(&velero.DeleteItemActionExecuteInput{Item: obj, Backup: a.backup})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *alone) add(kind, action string, item conformance.Item, run func() (judge.Told, error)) error {
	x, err := judge.Execute(a.server, kind, action, item, run)
	a.answer.Executions = append(a.answer.Executions, x)
	return err
}

func groupResource(item conformance.Item) schema.GroupResource {
	resource, _, _ := strings.Cut(item.Address(), "/")
	return schema.ParseGroupResource(resource)
}

func addresses(ids []velero.ResourceIdentifier) []string {
	var out []string
	for _, id := range ids {
		out = append(out, id.GroupResource.String()+"/"+id.Namespace+"/"+id.Name)
	}
	return out
}
