package plugins

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// of are the plugins of some kinds. All kinds are checked, as Velero's server does when it starts.
func (h *Host) of(profile actions.Profile, kinds ...wire.Kind) (list []registered, err error) {
	for _, b := range h.binaries {
		list = append(list, b.plugins...)
	}
	if err := check(list, profile); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(r registered) bool { return !slices.Contains(kinds, r.Kind) }), nil
}

// BackupItemActions is the list of actions that a release of Velero runs with the plugins in a backup: own are its own, in its order.
func (h *Host) BackupItemActions(profile actions.Profile, own []actions.Action) ([]actions.Action, error) {
	more, err := h.made(profile, "Velero's backup fails", registered.backupItemAction, wire.BackupItemAction, wire.BackupItemActionV2)
	return joined(own, more), err
}

// ItemBlockActions is BackupItemActions for those that say which items belong together.
func (h *Host) ItemBlockActions(profile actions.Profile, own []actions.Action) ([]actions.Action, error) {
	more, err := h.made(profile, "Velero's backup fails", func(r registered) (actions.Action, wire.Method) {
		return r.action(r.relate), wire.BlockAppliesTo
	}, wire.ItemBlockAction)
	return slices.Concat(own, more), err
}

// DeleteItemActions is the list of actions that a release of Velero runs with the plugins when it deletes a backup.
func (h *Host) DeleteItemActions(profile actions.Profile, own []actions.Action) ([]actions.Action, error) {
	more, err := h.made(profile, "Velero deletes nothing", func(r registered) (actions.Action, wire.Method) {
		return r.action(r.delete), wire.DeleteAppliesTo
	}, wire.DeleteItemAction)
	return slices.Concat(own, more), err
}

// made are the actions of some kinds, each asked by a method what it applies to; fails is what Velero does where it cannot ask.
func (h *Host) made(profile actions.Profile, fails string, of func(registered) (actions.Action, wire.Method), kinds ...wire.Kind) (list []actions.Action, err error) {
	found, err := h.of(profile, kinds...)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		a, method := of(r)
		if a.AppliesTo, err = r.appliesTo(method); err != nil {
			return nil, fmt.Errorf("plugin %s: %s, as it cannot ask %s what it applies to: %w", r.of.shown, fails, r.Name, err)
		}
		list = append(list, a)
	}
	return list, nil
}

// backupItemAction makes an action of either version.
func (r registered) backupItemAction() (a actions.Action, appliesTo wire.Method) {
	if r.Kind == wire.BackupItemAction {
		a, appliesTo = r.action(r.backUp(wire.BackupExecute)), wire.BackupAppliesTo
	} else {
		a, appliesTo = r.action(r.backUp(wire.BackupExecuteV2)), wire.BackupAppliesToV2
		a.V2, a.BackupProgress = true, r.backupProgress
	}
	a.Feature = r.feature()
	return a, appliesTo
}

// feature is the feature without which Velero does not run an item action of this name.
// Source: v1.18.3 pkg/util/csi/util.go:30.
func (r registered) feature() string {
	if strings.HasPrefix(r.Name, "velero.io/csi-") {
		return actions.FeatureCSI
	}
	return ""
}

// action is what all actions of plugins have.
func (r registered) action(execute func(*actions.Input) (*actions.Output, error)) actions.Action {
	return actions.Action{Name: r.Name, Plugin: r.of.shown, Summary: "of the plugin " + filepath.Base(r.of.shown), Execute: execute}
}

// appliesTo asks the plugin what an action applies to.
func (r registered) appliesTo(method wire.Method) (actions.Selector, error) {
	answer, err := r.of.call(method, wire.AppendName(wire.NewFrame(), r.Name))
	if err != nil {
		return actions.Selector{}, err
	}
	s, err := wire.ParseSelector(answer)
	return actions.Selector{
		Resources: s.IncludedResources, ExcludedResources: s.ExcludedResources,
		IncludedNamespaces: s.IncludedNamespaces, ExcludedNamespaces: s.ExcludedNamespaces, LabelSelector: s.LabelSelector,
	}, err
}

// ask sends the plugin an item and the Backup.
func (r registered) ask(method wire.Method, in *actions.Input) ([]byte, error) {
	request := wire.ItemRequest{Plugin: r.Name, Item: asSent(in.Item), Backup: in.Backup.AsRun}
	return r.of.call(method, request.Append(wire.NewFrame()))
}

// backUp runs a BackupItemAction in the plugin, and lets the item become what came back.
// Source: v1.18.3 pkg/plugin/framework/backupitemaction/v2/backup_item_action_client.go:81-142.
func (r registered) backUp(method wire.Method) func(*actions.Input) (*actions.Output, error) {
	return func(in *actions.Input) (*actions.Output, error) {
		answer, err := r.ask(method, in)
		if err != nil {
			return nil, err
		}
		response, err := wire.ParseBackupResponse(answer)
		if err != nil {
			return nil, err
		}
		after, err := readItem(response.Item)
		if err != nil {
			return nil, err
		}
		in.Item.Become(after)
		out := &actions.Output{Additional: addresses(response.Additional)}
		if r.Kind == wire.BackupItemActionV2 {
			out.Operation, out.PostOperation = response.OperationID, addresses(response.PostOperation)
		}
		return out, nil
	}
}

// relate asks an ItemBlockAction which items belong to the item.
// Source: v1.18.3 pkg/plugin/framework/itemblockaction/v1/item_block_action_client.go:80-120.
func (r registered) relate(in *actions.Input) (*actions.Output, error) {
	answer, err := r.ask(wire.BlockRelatedItems, in)
	if err != nil {
		return nil, err
	}
	related, err := wire.ParseRelated(answer)
	return &actions.Output{Additional: addresses(related)}, err
}

// delete runs a DeleteItemAction in the plugin. It answers nothing: what it does, it asks the cluster or a cloud for.
// Source: v1.18.3 pkg/plugin/framework/delete_item_action_client.go:74-101.
func (r registered) delete(in *actions.Input) (*actions.Output, error) {
	_, err := r.ask(wire.DeleteExecute, in)
	return nil, err
}

// backupProgress asks how far an operation of a backup is.
func (r registered) backupProgress(of *actions.Backup, operation string) (actions.Progress, error) {
	request := wire.OperationRequest{Plugin: r.Name, OperationID: operation, Restore: of.AsRun}
	answer, err := r.of.call(wire.BackupProgress, request.Append(wire.NewFrame()))
	if err != nil {
		return actions.Progress{}, err
	}
	p, err := wire.ParseProgress(answer)
	return actions.Progress{Completed: p.Completed, Err: p.Err}, err
}

func addresses(ids []wire.ResourceID) (list []actions.ItemRef) {
	for _, id := range ids {
		list = append(list, addressOf(id))
	}
	return list
}
