package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/apiserver/real"
	"github.com/veltx/veltx/transform/restore"
)

// realServer runs the API server of --api-server, one for each restore that is simulated, one after the other.
type realServer struct {
	options real.Options
	running *real.Server
	fresh   bool // nothing has been restored into it
}

// serveReal gives a restore the API server in a folder; what it returns ends it.
func (f *restoreFlags) serveReal(ctx context.Context, from *sourceFlags, o *restore.Options) (end func() error, err error) {
	r := &realServer{options: real.Options{
		Folder: f.apiServer, TempDir: from.tempDir, Environment: needed(), VeleroNamespace: cmp.Or(o.Restore.Namespace, veleroNamespace),
	}}
	if err := r.begin(ctx, o); err != nil {
		return nil, fmt.Errorf("--api-server: %w", err)
	}
	release := minorOf(r.running.Release())
	if f.targetVersion != "" && minorOf(f.targetVersion) != release {
		_ = r.end() // the error is told
		return nil, wrongUsage("--target-version %s: the programs in %s are Kubernetes %s: leave it out, or name a folder with those of %[1]s", f.targetVersion, f.apiServer, release)
	}
	o.TargetVersion, o.RealServer = release, true
	o.APIServer = func(ctx context.Context) (restore.APIServer, error) {
		if err := r.begin(ctx, o); err != nil {
			return nil, err
		}
		r.fresh = false
		return r.running, nil
	}
	return r.end, nil
}

// begin makes sure of a server into which nothing has been restored.
func (r *realServer) begin(ctx context.Context, o *restore.Options) (err error) {
	if r.fresh {
		return nil
	}
	if err := r.end(); err != nil {
		return err
	}
	r.running, err = real.New(ctx, r.options, o.Target)
	r.fresh = err == nil
	return err
}

func (r *realServer) end() error {
	if r.running == nil {
		return nil
	}
	running := r.running
	r.running, r.fresh = nil, false
	return running.Close()
}

// minorOf is a version without its patch, "1.33" of "v1.33.4".
func minorOf(version string) string {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + strings.TrimRight(parts[1], "+")
}
