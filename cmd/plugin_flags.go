package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/plugins"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// pluginFlags say which plugins run.
type pluginFlags struct {
	paths   []string
	timeout time.Duration
	log     string
	writes  bool
}

// bind binds the flags; what says which of a plugin's actions run.
func (f *pluginFlags) bind(flags *pflag.FlagSet, what string) {
	flags.StringArrayVar(&f.paths, "plugin", nil, "`PATH` of a Velero plugin, a binary, a folder of them or an image, whose "+what+" run as in Velero; repeatable")
	flags.DurationVar(&f.timeout, "plugin-timeout", plugins.DefaultTimeout, "how long a plugin may take for an answer")
	flags.StringVar(&f.log, "plugin-log", "", "`FILE` for what the plugins log (- for standard error)")
	flags.BoolVar(&f.writes, "plugin-writes", false, "keep what plugins write to the cluster, for the rest of the run; else it is refused")
}

// start starts the plugins, and adds their actions to those of the restore; what it returns ends them. The release is that of the
// target's Kubernetes, where a flag gives it.
func (f *pluginFlags) start(ctx context.Context, s *session, o *restore.Options, release string) (end func() error, err error) {
	if len(f.paths) == 0 {
		return func() error { return nil }, nil
	}
	namespace := cmp.Or(o.Restore.Namespace, veleroNamespace)
	run, err := f.launch(ctx, s, o.TempDir, namespace, clusterapi.Options{Target: o.Target, Release: cmp.Or(release, o.TargetRelease)})
	if err != nil {
		return nil, err
	}
	o.Plugins, o.PluginCluster, o.Snapshotters = run.host.Plugins(), run.cluster, run.host.VolumeSnapshotters()
	if o.Actions, err = run.host.RestoreItemActions(o.Profile, o.Actions); err != nil {
		return nil, run.fail(err)
	}
	run.tell(s, actions.RestoreItemAction)
	return run.end, nil
}

// pluginRun is plugins that run, and the cluster that they ask.
type pluginRun struct {
	host    *plugins.Host
	cluster *clusterapi.Cluster
	end     func() error
}

// launch starts the plugins and makes the cluster that they ask.
func (f *pluginFlags) launch(ctx context.Context, s *session, tempDir, namespace string, of clusterapi.Options) (*pluginRun, error) {
	if f.timeout <= 0 {
		return nil, wrongUsage("--plugin-timeout: %v is no time to wait", f.timeout)
	}
	log, closeLog, err := f.openLog(s.streams)
	if err != nil {
		return nil, err
	}
	of.TempDir, of.VeleroNamespace, of.Writes = tempDir, namespace, f.writes
	cluster, err := newPluginCluster(of)
	if err != nil {
		return nil, errors.Join(err, closeLog())
	}
	host, err := plugins.Start(ctx, f.paths, plugins.Options{
		TempDir: tempDir, Timeout: f.timeout, Log: log, VeleroNamespace: namespace, Environment: needed(), Cluster: cluster,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--plugin: %w", err), closeLog())
	}
	return &pluginRun{host, cluster, func() error { return errors.Join(host.Close(), closeLog()) }}, nil
}

// fail ends the plugins because of an error.
func (r *pluginRun) fail(err error) error {
	return errors.Join(fmt.Errorf("--plugin: %w", err), r.end())
}

// needed is what programs need of the environment to run at all: on Windows, to open a socket.
func needed() []string {
	if runtime.GOOS != "windows" {
		return nil
	}
	return []string{"SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
}

// openLog opens what the plugins' logs go to.
func (f *pluginFlags) openLog(streams Streams) (log io.Writer, done func() error, err error) {
	switch f.log {
	case "":
		return nil, func() error { return nil }, nil
	case standard:
		return streams.Err, func() error { return nil }, nil
	}
	file, err := os.Create(f.log)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

// tell says which plugins run, with their actions of the kinds that do, and what does not hold them.
func (r *pluginRun) tell(s *session, kinds ...actions.Kind) {
	for _, p := range r.host.Plugins() {
		about := "sha256 " + p.SHA256[:12]
		if p.Module != "" {
			about += ", " + p.Module
		}
		s.note(fmt.Sprintf("veltx: plugin %s (%s): %s", p.Path, about, actionsOf(p, kinds)))
	}
	if lacks := r.host.Holds().Lacks(); lacks != "" {
		s.note("veltx: the plugins run with your rights and are not isolated: a plugin " + lacks)
	}
}

// inWords are kinds of actions as people know them.
var inWords = map[actions.Kind]string{
	actions.RestoreItemAction: "restore item actions", actions.BackupItemAction: "backup item actions",
	actions.ItemBlockAction: "item block actions", actions.DeleteItemAction: "delete item actions",
}

// actionsOf are the names of a plugin's actions of some kinds, in words.
func actionsOf(p report.Plugin, kinds []actions.Kind) string {
	var names, words []string
	for _, kind := range kinds {
		words = append(words, inWords[kind])
		for _, name := range p.Names {
			if is, name, _ := strings.Cut(name, " "); strings.TrimSuffix(is, "V2") == string(kind) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 && slices.ContainsFunc(p.Names, isStorage) {
		return "it has no " + strings.Join(words, " and no ") + ", but object stores or volume snapshotters"
	}
	if len(names) == 0 {
		return "it has no " + strings.Join(words, " and no ") + ", and changes nothing here"
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// isStorage says that a plugin is one for storage; it begins with its kind.
func isStorage(name string) bool {
	return strings.HasPrefix(name, "ObjectStore ") || strings.HasPrefix(name, "VolumeSnapshotter ")
}

// ofPlugins are the actions of plugins in a list.
func ofPlugins(list []actions.Action) []actions.Action {
	return slices.DeleteFunc(slices.Clone(list), func(a actions.Action) bool { return a.Plugin == "" })
}
