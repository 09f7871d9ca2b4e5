package oracle

import (
	"os"
	"path/filepath"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
)

// csiPlugin is velero-plugin-for-csi in its release for this one.
var csiPlugin = judge.CSIPlugin("0.3.5")

// ServeOwn makes this program the plugin that Velero's server is to itself, if Velero started it as one: its actions are run
// without a process here, so that it has none. It has to come first in a program that restores with plugins.
func ServeOwn() {
	if cookie := framework.Handshake(); os.Getenv(cookie.MagicCookieKey) == cookie.MagicCookieValue {
		framework.NewServer().Serve()
		os.Exit(0)
	}
}

// addPlugins adds the actions of velero-plugin-for-csi to Velero's own, by Velero's own registry and manager.
func addPlugins(own []velero.RestoreItemAction, in conformance.Input) (all []velero.RestoreItemAction, cleanUp func(), err error) {
	programs, err := csiPlugin(in.Features)
	if err != nil || len(programs) == 0 {
		return own, func() {}, err
	}
	folder, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		return nil, nil, err
	}
	for _, program := range programs {
		if err := os.Symlink(program, filepath.Join(folder, filepath.Base(program))); err != nil {
			_ = os.RemoveAll(folder)
			return nil, nil, err
		}
	}
	log := logrus.New()
	log.SetLevel(logrus.PanicLevel)
	args := os.Args
	os.Args = []string{args[0], "server"}
	defer func() { os.Args = args }()
	registry := clientmgmt.NewRegistry(folder, log, logrus.PanicLevel)
	if err := registry.DiscoverPlugins(); err != nil {
		_ = os.RemoveAll(folder)
		return nil, nil, err
	}
	manager := clientmgmt.NewManager(log, logrus.PanicLevel, registry)
	cleanUp = func() {
		manager.CleanupClients()
		_ = os.RemoveAll(folder)
	}
	more, err := manager.GetRestoreItemActions()
	if err != nil {
		cleanUp()
		return nil, nil, err
	}
	return append(own, more...), cleanUp, nil
}
