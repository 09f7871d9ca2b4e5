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

func (f *pluginFlags) bind(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.paths, "plugin", nil, "`PATH` of a Velero plugin, a binary, a folder of them or an image, whose restore item actions run as in Velero; repeatable")
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
	if f.timeout <= 0 {
		return nil, wrongUsage("--plugin-timeout: %v is no time to wait", f.timeout)
	}
	log, closeLog, err := f.openLog(s.streams)
	if err != nil {
		return nil, err
	}
	cluster, err := f.cluster(release, o)
	if err != nil {
		return nil, errors.Join(err, closeLog())
	}
	host, err := plugins.Start(ctx, f.paths, plugins.Options{
		TempDir: o.TempDir, Timeout: f.timeout, Log: log, VeleroNamespace: cmp.Or(o.Restore.Namespace, veleroNamespace), Environment: needed(), Cluster: cluster,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--plugin: %w", err), closeLog())
	}
	end = func() error { return errors.Join(host.Close(), closeLog()) }
	o.Plugins, o.PluginCluster, o.Snapshotters = host.Plugins(), cluster, host.VolumeSnapshotters()
	if o.Actions, err = host.RestoreItemActions(o.Profile, o.Actions); err != nil {
		return nil, errors.Join(fmt.Errorf("--plugin: %w", err), end())
	}
	tellPlugins(s, o.Plugins, host.Holds())
	return end, nil
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

// tellPlugins says which plugins run, and what does not hold them.
func tellPlugins(s *session, list []report.Plugin, holds plugins.Holds) {
	for _, p := range list {
		about := "sha256 " + p.SHA256[:12]
		if p.Module != "" {
			about += ", " + p.Module
		}
		s.note(fmt.Sprintf("veltx: plugin %s (%s): %s", p.Path, about, actionsOf(p)))
	}
	if lacks := holds.Lacks(); lacks != "" {
		s.note("veltx: the plugins run with your rights and are not isolated: a plugin " + lacks)
	}
}

// actionsOf are the names of a plugin's restore item actions, in words.
func actionsOf(p report.Plugin) string {
	var names []string
	for _, name := range p.Names {
		if kind, name, _ := strings.Cut(name, " "); strings.HasPrefix(kind, string(actions.RestoreItemAction)) {
			names = append(names, name)
		}
	}
	if len(names) == 0 && slices.ContainsFunc(p.Names, isStorage) {
		return "it has no restore item actions, but object stores or volume snapshotters"
	}
	if len(names) == 0 {
		return "it has no restore item actions, and changes nothing here"
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
