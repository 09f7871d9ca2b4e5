package plugins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/plugins/image"
	"github.com/veltx/veltx/transform/plugins/wire"
	"github.com/veltx/veltx/transform/report"
)

// DefaultTimeout is how long a plugin may take for a call.
const DefaultTimeout = time.Minute

// longestSocket is how long the path of a socket may be, on the system that allows least.
const longestSocket = 103

// Options say how plugins are run.
type Options struct {
	TempDir         string        // "" for the system's
	Timeout         time.Duration // of a call; 0 for DefaultTimeout
	Log             io.Writer     // what the plugins log; nil drops it
	VeleroNamespace string
	Environment     []string // what a plugin finds in its environment besides, "NAME=value"
	// Cluster is what plugins find where they look for the cluster; nil for none. The host closes it.
	Cluster *clusterapi.Cluster
}

// Host runs plugins until it is closed.
type Host struct {
	ctx      context.Context
	end      context.CancelFunc
	options  Options
	work     string // a folder of the run, with those of all processes in it
	cage     *cage
	logs     logs
	binaries []*binary
	images   int // that were extracted

	listener net.Listener   // of the cluster, on the machine's loopback
	serving  sync.WaitGroup // for all listeners

	sending sync.Mutex
	restore *velero.Restore // the last one that was sent, and its JSON
	sent    []byte
}

// Start starts the plugins at some paths, each a binary, a folder of them or an image. Without an error the caller closes the host.
func Start(ctx context.Context, paths []string, o Options) (*Host, error) {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	work, err := os.MkdirTemp(o.TempDir, "veltx-")
	if err != nil {
		return nil, errors.Join(err, closeCluster(o.Cluster))
	}
	if len(work)+len("/999-999/plugin1234567890") > longestSocket {
		return nil, errors.Join(closeCluster(o.Cluster), fmt.Errorf("%s: the path is too long for a socket of a plugin: choose a shorter folder with --temp-dir", work), os.Remove(work))
	}
	h := &Host{options: o, work: work, logs: logs{out: o.Log, left: maxLog}}
	h.ctx, h.end = context.WithCancel(ctx)
	if err := h.start(paths); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func (h *Host) start(paths []string) (err error) {
	for _, path := range paths {
		if err := h.addAll(path); err != nil {
			return err
		}
	}
	if h.cage, err = newCage(h.ctx, h.work); err != nil {
		return err
	}
	for _, b := range h.binaries {
		if err := b.list(); err != nil {
			return fmt.Errorf("plugin %s: %w", b.shown, err)
		}
	}
	return nil
}

// addAll adds the binaries at a path, which may be an image.
func (h *Host) addAll(path string) error {
	if !image.Is(path) {
		found, err := find(path)
		if err != nil {
			return err
		}
		for _, path := range found {
			if err := h.add(path, path); err != nil {
				return fmt.Errorf("plugin %s: %w", path, err)
			}
		}
		return nil
	}
	if runtime.GOOS != "linux" {
		return fmt.Errorf("%s: plugins in images are for Linux: run veltx in a container", path)
	}
	h.images++
	folder := filepath.Join(h.work, fmt.Sprintf("image-%d", h.images))
	if _, err := image.Extract(path, folder, h.work, Platform()); err != nil {
		return err
	}
	found, err := findIn(folder, 0)
	if err == nil && len(found) == 0 {
		err = errors.New("nothing in its /plugins can be executed")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, at := range found {
		shown := path + ":/plugins/" + filepath.ToSlash(strings.TrimPrefix(at, folder+string(filepath.Separator)))
		if err := h.add(at, shown); err != nil {
			return fmt.Errorf("plugin %s: %w", shown, err)
		}
	}
	return nil
}

// Platform is that of images whose plugins run on this machine.
func Platform() image.Platform { return image.Platform{OS: "linux", Architecture: runtime.GOARCH} }

// add adds a binary, and how the user knows it; one that is given twice is one.
func (h *Host) add(path, shown string) error {
	b, err := newBinary(h, path, shown)
	if err == nil && !slices.ContainsFunc(h.binaries, func(other *binary) bool { return other.path == b.path }) {
		h.binaries = append(h.binaries, b)
	}
	return err
}

// Close ends all processes and removes their folders.
func (h *Host) Close() error {
	h.end()
	for _, b := range h.binaries {
		b.stop()
	}
	err := closeCluster(h.options.Cluster)
	if h.listener != nil {
		err = errors.Join(err, h.listener.Close())
	}
	h.serving.Wait()
	return errors.Join(err, os.RemoveAll(h.work))
}

// closeCluster closes a cluster, where there is one.
func closeCluster(c *clusterapi.Cluster) error {
	if c == nil {
		return nil
	}
	return c.Close()
}

// Holds is what keeps the plugins in.
func (h *Host) Holds() Holds { return h.cage.holds }

// Plugins are the binaries that run, as the report has them.
func (h *Host) Plugins() []report.Plugin {
	var list []report.Plugin
	for _, b := range h.binaries {
		list = append(list, report.Plugin{Path: b.shown, SHA256: b.digest, Module: b.module, Names: names(b.plugins)})
	}
	return list
}

// RestoreItemActions is the list of actions that a release of Velero runs with the plugins in a restore: own are its own, in its order.
func (h *Host) RestoreItemActions(profile actions.Profile, own []actions.Action) ([]actions.Action, error) {
	more, err := h.made(profile, "Velero restores nothing", registered.restoreItemAction, wire.RestoreItemAction, wire.RestoreItemActionV2)
	return joined(own, more), err
}
