package candidate

import (
	"cmp"
	"context"
	"os"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/plugins"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/restore"
)

// BecomePlugin has to come first in a program that answers cases with plugins: it is started again as one of them, and to hold
// it.
func BecomePlugin() {
	if is, err := plugins.BecomePlugin(os.Args, os.Environ(), os.Stdout); is {
		if err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	plugintest.BecomePlugin()
}

// startPlugins runs test plugins for a restore.
func startPlugins(o *restore.Options, names []string) (end func(), err error) {
	if len(names) == 0 {
		return func() {}, nil
	}
	cluster, err := pluginCluster(clusterapi.Options{Target: o.Target, Exact: true})
	if err != nil {
		return nil, err
	}
	host, end, err := hostPlugins(names, cluster)
	if err != nil {
		return nil, err
	}
	o.Plugins, o.PluginCluster = host.Plugins(), cluster
	if o.Actions, err = host.RestoreItemActions(o.Profile, o.Actions); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// startPlugins runs test plugins for a backup, and for the actions by themselves.
func (x *executions) startPlugins(names []string) (end func(), err error) {
	if len(names) == 0 {
		return func() {}, nil
	}
	o := x.options
	if o.PluginCluster, err = pluginCluster(clusterapi.Options{Of: clusterapi.Source, Exact: true}); err != nil {
		return nil, err
	}
	host, end, err := hostPlugins(names, o.PluginCluster)
	if err != nil {
		return nil, err
	}
	o.Plugins = host.Plugins()
	for _, of := range []struct {
		list *[]actions.Action
		with func(actions.Profile, []actions.Action) ([]actions.Action, error)
	}{{&o.Actions, host.BackupItemActions}, {&o.ItemBlocks, host.ItemBlockActions}, {&x.deletes, host.DeleteItemActions}} {
		if *of.list, err = of.with(o.Profile, *of.list); err != nil {
			end()
			return nil, err
		}
	}
	return end, nil
}

// hostPlugins runs test plugins: those that Velero's framework serves, where the environment names their program, and veltx, where it names
// one; else this program itself.
func hostPlugins(names []string, cluster *clusterapi.Cluster) (_ *plugins.Host, end func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	program, veltx := cmp.Or(os.Getenv(conformance.PluginProgram), self), cmp.Or(os.Getenv(conformance.OwnProgram), self)
	folder, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { _ = os.RemoveAll(folder) }
	if err := plugintest.LinkAll(program, veltx, folder, names...); err != nil {
		remove()
		return nil, nil, err
	}
	host, err := plugins.Start(context.Background(), []string{folder}, plugins.Options{VeleroNamespace: "velero", Cluster: cluster})
	if err != nil {
		remove()
		return nil, nil, err
	}
	return host, func() {
		_ = host.Close()
		remove()
	}, nil
}

// pluginCluster is the cluster that plugins ask; it keeps what they write, as that of the judge does.
func pluginCluster(options clusterapi.Options) (*clusterapi.Cluster, error) {
	options.Release, options.VeleroNamespace, options.Writes = "v1.33.13", "velero", true
	served, err := apiserver.Resources(options.Release)
	if err != nil {
		return nil, err
	}
	for _, r := range served {
		options.Served = append(options.Served, clusterapi.Served(r))
	}
	return clusterapi.New(options)
}
