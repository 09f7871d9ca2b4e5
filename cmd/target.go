package cmd

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/config"
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

// addTarget reads what describes the target, and gives the restore its API server; without any description it has none.
func (f *restoreFlags) addTarget(ctx context.Context, from *sourceFlags, o *restore.Options) error {
	if len(f.targets) == 0 && f.targetVersion == "" {
		return nil
	}
	target := &config.Target{}
	for _, path := range f.targets {
		if err := readTarget(ctx, from, target, path); err != nil {
			return fmt.Errorf("--target %s: %w", path, err)
		}
	}
	o.Target = append(o.Target, target.Objects...)
	server, err := apiserver.New(apiserver.Options{
		Objects: o.Target, Version: f.targetVersion, VeleroNamespace: cmp.Or(o.Restore.Namespace, veleroNamespace),
	})
	if err != nil {
		return wrongUsage("--target-version: %v", err)
	}
	o.APIServer = server
	allowServer()
	return nil
}

// readTarget reads one source: a backup, else a folder or a file.
func readTarget(ctx context.Context, from *sourceFlags, target *config.Target, path string) error {
	limits := tarball.Limits{EntryBytes: from.maxEntrySize.bytes, TotalBytes: from.maxTotalSize.bytes, Entries: from.maxEntries}
	src, err := tarball.Open(ctx, path, tarball.Options{Limits: limits, TempDir: from.tempDir})
	if err == nil {
		return errors.Join(target.ReadBackup(ctx, src), src.Close())
	}
	if !errors.Is(err, tarball.ErrNotBackup) {
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
		return target.ReadFolder(ctx, root.FS(), limits)
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return openErr
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 4<<10)
	if !looksLikeText(in) {
		return err
	}
	return target.Read(path, in)
}
