package oracle

import (
	"os"
	"path/filepath"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt/process"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/plugintest"
)

// ServeOwn makes this program the plugin that Velero's server is to itself, if Velero started it as one: its actions are run
// without a process here, so that it has none. It has to come first in a program that restores with plugins.
func ServeOwn() {
	if cookie := framework.Handshake(); os.Getenv(cookie.MagicCookieKey) == cookie.MagicCookieValue {
		framework.NewServer().Serve()
		os.Exit(0)
	}
}

// Manage lets Velero's own registry and manager run test plugins and programs, until cleanUp is called; without any the manager is nil.
func Manage(names, programs []string) (manager clientmgmt.Manager, cleanUp func(), err error) {
	if len(names)+len(programs) == 0 {
		return nil, func() {}, nil
	}
	folder, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		return nil, nil, err
	}
	if manager, err = managePlugins(folder, names, programs); err != nil {
		_ = os.RemoveAll(folder)
		return nil, nil, err
	}
	return manager, func() {
		manager.CleanupClients()
		_ = os.RemoveAll(folder)
	}, nil
}

// addPlugins adds the actions of test plugins to Velero's own.
func addPlugins(own []riav2.RestoreItemAction, names, programs []string) (all []riav2.RestoreItemAction, cleanUp func(), err error) {
	manager, cleanUp, err := Manage(names, programs)
	if err != nil || manager == nil {
		return own, cleanUp, err
	}
	more, err := manager.GetRestoreItemActionsV2()
	if err != nil {
		cleanUp()
		return nil, nil, err
	}
	return Joined(own, more, manager.GetRestoreItemActionV2), cleanUp, nil
}

// Joined is Velero's own actions and then others. Velero looks each up by its name, so that a plugin's may stand in the place of its own.
func Joined[A interface{ Name() string }](own, more []A, named func(string) (A, error)) (all []A) {
	for _, a := range own {
		if instead, err := named(a.Name()); err == nil {
			a = instead
		}
		all = append(all, a)
	}
	return append(all, more...)
}

// managePlugins lets Velero find the plugins in a folder. It runs them with the arguments of the server that come after the
// first, of which there are none.
func managePlugins(folder string, names, programs []string) (clientmgmt.Manager, error) {
	if len(names) > 0 {
		if err := plugintest.LinkAll(os.Getenv(conformance.PluginProgram), os.Getenv(conformance.OwnProgram), folder, names...); err != nil {
			return nil, err
		}
	}
	for _, program := range programs {
		if err := os.Symlink(program, filepath.Join(folder, filepath.Base(program))); err != nil {
			return nil, err
		}
	}
	args := os.Args
	os.Args = []string{args[0], "server"}
	defer func() { os.Args = args }()
	registry := process.NewRegistry(folder, Quiet(), logrus.PanicLevel)
	if err := registry.DiscoverPlugins(); err != nil {
		return nil, err
	}
	return clientmgmt.NewManager(Quiet(), logrus.PanicLevel, registry), nil
}
