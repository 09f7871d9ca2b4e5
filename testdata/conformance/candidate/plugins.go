package candidate

import (
	"cmp"
	"context"
	"os"

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

// startPlugins runs test plugins: those that Velero's framework serves, where the environment names their program, and veltx, where it names
// one; else this program itself.
func startPlugins(o *restore.Options, names []string) (end func(), err error) {
	if len(names) == 0 {
		return func() {}, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	program, veltx := cmp.Or(os.Getenv(conformance.PluginProgram), self), cmp.Or(os.Getenv(conformance.OwnProgram), self)
	folder, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		return nil, err
	}
	end = func() { _ = os.RemoveAll(folder) }
	if err := plugintest.LinkAll(program, veltx, folder, names...); err != nil {
		end()
		return nil, err
	}
	cluster, err := pluginCluster(o)
	if err != nil {
		end()
		return nil, err
	}
	host, err := plugins.Start(context.Background(), []string{folder}, plugins.Options{VeleroNamespace: "velero", Cluster: cluster})
	if err != nil {
		end()
		return nil, err
	}
	end = func() {
		_ = host.Close()
		_ = os.RemoveAll(folder)
	}
	o.Plugins, o.PluginCluster = host.Plugins(), cluster
	if o.Actions, err = host.RestoreItemActions(o.Profile, o.Actions); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// pluginCluster is the cluster that plugins ask; it keeps what they write, as that of the judge does.
func pluginCluster(o *restore.Options) (*clusterapi.Cluster, error) {
	options := clusterapi.Options{Target: o.Target, Exact: true, Release: "v1.33.13", VeleroNamespace: "velero", Writes: true}
	served, err := apiserver.Resources(options.Release)
	if err != nil {
		return nil, err
	}
	for _, r := range served {
		options.Served = append(options.Served, clusterapi.Served(r))
	}
	return clusterapi.New(options)
}
