package candidate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/backup"
)

// notAlone is the action that the oracles do not run by itself: it waits for a CSI driver.
const notAlone = "velero.io/csi-pvc-backupper"

// executions runs actions by themselves over the items of a cluster.
type executions struct {
	input   conformance.BackupInput
	options *backup.Options
	answer  *conformance.BackupAnswer
	items   cluster

	namespace string                               // of the Backup
	deletes   []actions.Action                     // of the only kind of which the oracles run those of plugins by themselves
	scope     func(actions.Selector) actions.Scope // of actions of plugins
}

func (x *executions) run() error {
	if err := x.items.read(x.input.Plain()); err != nil {
		return err
	}
	profile := x.options.Profile
	for _, it := range x.items.list {
		for _, of := range []struct {
			kind actions.Kind
			list []actions.Action
		}{
			{actions.BackupItemAction, builtin.Backup(profile)},
			{actions.ItemBlockAction, builtin.ItemBlock(profile)},
			{actions.DeleteItemAction, x.deletes},
		} {
			// As in Velero, an action that fails or edits leaves the item to the next one as it was.
			if err := x.runAll(it, of.kind, of.list); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *executions) runAll(it clusterItem, kind actions.Kind, list []actions.Action) error {
	chain, err := actions.NewChain(list, func(feature string) bool { return slices.Contains(x.options.Features, feature) })
	if err != nil {
		return err
	}
	for _, a := range chain.Within(x.scope).For(it.resource) {
		if a.Name != notAlone && a.In(it.object.Namespace()) && a.Takes(it.object) {
			x.answer.Executions = append(x.answer.Executions, x.execute(it, kind, a))
		}
	}
	return nil
}

// inVersion returns the copy of an item in another version.
func (x *executions) inVersion(ref actions.ItemRef, version string) *object.Value {
	for _, it := range x.input.Copies() {
		if it.Address() == ref.Resource+"/"+ref.Namespace+"/"+ref.Name && strings.Contains(it.Path, "/"+version+"/") {
			o, err := object.Parse(it.Data)
			if err == nil {
				return o
			}
		}
	}
	return nil
}

// mustInclude is the annotation that tells Velero something and that an answer tells apart from the object, whoever made it.
const mustInclude = "backup.velero.io/must-include-additional-items"

func (x *executions) execute(it clusterItem, kind actions.Kind, a *actions.Link) conformance.Execution {
	out := conformance.Execution{Kind: string(kind), Action: a.Name, Item: it.address}
	item := it.object.Clone()
	told, _, err := a.Run(&actions.Input{
		Profile: x.options.Profile, Resource: it.resource, Item: item, ItemFromBackup: it.object, Namespace: it.object.Namespace(),
		Backup: &actions.Backup{Name: x.options.Name, Namespace: x.namespace, Spec: x.options.Spec, AsRun: x.input.Backup, Get: x.items.get, InVersion: x.inVersion}, Target: &x.items,
	}, &actions.Fit{})
	if err != nil {
		out.Error = err.Error()
		return out
	}
	if kind == actions.BackupItemAction {
		out.MustInclude = item.Annotation(mustInclude) == "true"
		field.Drop(item, []string{"metadata", "annotations"}, mustInclude)
	}
	if len(object.Diff(it.object, item)) > 0 {
		out.Object = item.JSON()
	}
	if told == nil {
		return out
	}
	out.MustInclude = out.MustInclude || told.MustInclude
	for _, ref := range told.Additional {
		out.Additional = append(out.Additional, fmt.Sprintf("%s/%s/%s", ref.Resource, ref.Namespace, ref.Name))
	}
	if strings.HasSuffix(a.Name, "/service-account") {
		slices.Sort(out.Additional)
	}
	for _, d := range told.Deletes {
		if d.What == "CSI snapshot" {
			out.Requests = append(out.Requests, conformance.Request{Verb: "deleteSnapshot", Name: d.ID})
		}
	}
	for _, made := range told.Creates {
		out.Requests = append(out.Requests, conformance.Request{
			Verb: "create", Resource: "configmaps", Version: "v1", Namespace: made.Namespace(), Name: made.Name(), Object: made.JSON(),
		})
	}
	return out
}
