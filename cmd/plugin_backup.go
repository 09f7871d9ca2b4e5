package cmd

import (
	"context"
	"errors"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/deletion"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
)

// What runs of a plugin, for the help of commands.
const (
	restoreActions = "restore item actions"
	backupActions  = "backup item actions and item block actions"
	deleteActions  = "delete item actions"
)

// startBackup starts the plugins, and adds their actions to those of the backup; what it returns ends them.
func (f *pluginFlags) startBackup(ctx context.Context, s *session, o *backup.Options, tempDir string) (end func() error, err error) {
	if len(f.paths) == 0 {
		return func() error { return nil }, nil
	}
	run, err := f.launch(ctx, s, tempDir, veleroNamespace, clusterapi.Options{Of: clusterapi.Source})
	if err != nil {
		return nil, err
	}
	o.Plugins, o.PluginCluster = run.host.Plugins(), run.cluster
	if o.Actions, err = run.host.BackupItemActions(o.Profile, o.Actions); err != nil {
		return nil, run.fail(err)
	}
	if o.ItemBlocks, err = run.host.ItemBlockActions(o.Profile, o.ItemBlocks); err != nil {
		return nil, run.fail(err)
	}
	run.tell(s, actions.BackupItemAction, actions.ItemBlockAction)
	return run.end, nil
}

// startPlugins starts the plugins, and adds their actions to those of the deletion; what it returns ends them. What a delete item action
// does is to delete, so that none runs where it could reach a network.
func (f *deletionFlags) startPlugins(ctx context.Context, s *session, profile actions.Profile, t *deletion.Target) (end func() error, err error) {
	if len(f.plugins.paths) == 0 {
		return func() error { return nil }, nil
	}
	objects, err := f.readCluster(s.streams)
	if err != nil {
		return nil, err
	}
	run, err := f.plugins.launch(ctx, s, "", veleroNamespace, clusterapi.Options{Of: clusterapi.Deletion, Target: objects})
	if err != nil {
		return nil, err
	}
	if !run.host.Holds().Network {
		return nil, run.fail(errors.New("a delete item action deletes for real what it can reach, and nothing here keeps the plugins from the network: run veltx on Linux, as a user who may make namespaces"))
	}
	t.Plugins, t.PluginCluster = run.host.Plugins(), run.cluster
	if t.Actions, err = run.host.DeleteItemActions(profile, t.Actions); err != nil {
		return nil, run.fail(err)
	}
	run.tell(s, actions.DeleteItemAction)
	return run.end, nil
}

// readCluster reads the files with objects of the cluster.
func (f *deletionFlags) readCluster(streams Streams) ([]*object.Value, error) {
	inputs := &config.Inputs{}
	for _, name := range f.files {
		if _, err := readInto(inputs, name, streams.In); err != nil {
			return nil, err
		}
	}
	return inputs.Objects, nil
}
