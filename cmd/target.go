package cmd

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime/debug"
	"slices"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// serverMemory is what Kubernetes' own code keeps for itself: schemes, caches, compiled expressions.
const serverMemory = 20 << 20

// allowServer raises the bound of the memory where there is an API server.
func allowServer() {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 && !boundByUser() {
		debug.SetMemoryLimit(limit + serverMemory)
	}
}

// addTarget reads what describes the target, and gives the restore its API server; without any description it has none. What it returns
// ends the server.
func (f *restoreFlags) addTarget(ctx context.Context, from *sourceFlags, o *restore.Options) (end func() error, err error) {
	none := func() error { return nil }
	if slices.Contains(f.registries.names, "") {
		return nil, wrongUsage("--target-registries: a name is empty: give registries with commas between, such as registry.example.com,docker.io/library")
	}
	o.TargetRegistries = f.registries.names
	if len(f.targets) == 0 && f.targetVersion == "" && f.apiServer == "" {
		return none, nil
	}
	target := &config.Target{}
	for _, path := range f.targets {
		target.Taken = ""
		if err := readTarget(ctx, from, target, path); err != nil {
			return nil, fmt.Errorf("--target: %w", err)
		}
		o.TargetSources = append(o.TargetSources, report.TargetSource{Path: path, Taken: target.Taken})
	}
	o.Target = append(o.Target, target.Objects...)
	o.TargetEmpty = slices.Concat(target.Empty, target.Unserved(apiserver.Decisive()...))
	if f.targetVersion == "" {
		o.TargetRelease = target.Version
	}
	o.TargetVersion = f.targetVersion
	if f.apiServer != "" {
		return f.serveReal(ctx, from, o)
	}
	return none, serveTarget(o)
}

// serveTarget gives a restore the API server of its target: veltx's own checks.
func serveTarget(o *restore.Options) error {
	begin := func() (*apiserver.Server, error) {
		return apiserver.New(apiserver.Options{
			Objects: o.Target, Empty: o.TargetEmpty, Version: o.TargetVersion, VeleroNamespace: cmp.Or(o.Restore.Namespace, veleroNamespace),
		})
	}
	first, err := begin() // a version that is not known is told before the backup is read
	if err != nil {
		return wrongUsage("--target-version: %v", err)
	}
	o.APIServer = func(context.Context) (restore.APIServer, error) {
		if server := first; server != nil {
			first = nil
			return server, nil
		}
		return begin()
	}
	allowServer()
	return nil
}

// readTarget reads one source. One that holds nothing but what tells nothing is none; an empty list is that of an empty cluster.
func readTarget(ctx context.Context, from *sourceFlags, target *config.Target, path string) error {
	told := func() int { return len(target.Objects) + len(target.Empty) + len(target.Version) }
	before, passed := told(), target.Passed
	if err := readSource(ctx, from, target, path); err != nil {
		return err
	}
	if told() == before && target.Passed > passed {
		return fmt.Errorf("%s: nothing in it describes a cluster (%s passed over): give what kubectl get -o yaml prints, or a backup; veltx target script collects it", path, render.Count(target.Passed-passed, "document"))
	}
	return nil
}

// readSource reads one source: a backup, by its name where there is a store, else a folder or a file.
func readSource(ctx context.Context, from *sourceFlags, target *config.Target, path string) error {
	if _, err := os.Stat(path); from.store.dir != "" && errors.Is(err, fs.ErrNotExist) {
		if path, err = from.store.folder(path); err != nil {
			return err
		}
	}
	limits := tarball.Limits{EntryBytes: from.maxEntrySize.bytes, TotalBytes: from.maxTotalSize.bytes, Entries: from.maxEntries}
	src, err := tarball.Open(ctx, path, tarball.Options{Limits: limits, TempDir: from.tempDir})
	switch {
	case err == nil:
		before := len(target.Objects)
		if err := errors.Join(target.ReadBackup(ctx, src), src.Close()); err != nil || len(target.Objects) > before {
			return err
		}
		err = tarball.ErrNotBackup // some other archive
	case !errors.Is(err, tarball.ErrNotBackup):
		return err
	}
	info, statErr := os.Stat(path)
	if statErr != nil {
		return statErr
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path) // a link in it leads nowhere else
		if err != nil {
			return err
		}
		defer root.Close()
		if err := target.ReadFolder(ctx, root.FS(), limits); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return openErr
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 4<<10)
	if config.IsArchive(in) {
		if err := target.ReadArchive(ctx, in, limits); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
	if !looksLikeText(in) {
		return err
	}
	return target.Read(path, in)
}
