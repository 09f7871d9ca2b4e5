package plugins

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/veltx/veltx/transform/plugins/wire"
)

// binary is a plugin's program, of which one process runs at a time; it makes one call at a time, as Velero's restore does.
type binary struct {
	host    *Host
	path    string // without links
	shown   string // how the user knows it
	digest  string
	module  string // of a Go program: its main module, "example.com/plugin v1.2.3"
	plugins []registered
	to      *reach // nil for a process that reaches no network

	mu       sync.Mutex
	process  *process
	folders  int // of processes that were started
	failures int // to start, one after the other
}

// maxFailures is how often Velero tries to start a plugin again.
// Source: v1.18.3 pkg/plugin/clientmgmt/process/restartable_process.go:87-89.
const maxFailures = 10

// newBinary reads what there is to say of a program.
func newBinary(h *Host, path, shown string) (*binary, error) {
	followed, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	if shown == path {
		shown = followed
	}
	path = followed
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return nil, err
	}
	return &binary{host: h, path: path, shown: shown, digest: hex.EncodeToString(sum.Sum(nil)), module: moduleOf(file)}, nil
}

// moduleOf is the main module of a Go program and its version, or the commit that it was built from; "" for other programs.
func moduleOf(file io.ReaderAt) string {
	info, err := buildinfo.Read(file)
	if err != nil || info.Main.Path == "" {
		return ""
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (version == "" || version == "(devel)") {
			version = s.Value
		}
	}
	if version == "" || version == "(devel)" {
		return info.Main.Path
	}
	return info.Main.Path + " " + version
}

// call makes one call, in a new process if the last one has ended. How often that may fail is Velero's bound.
func (b *binary) call(method wire.Method, frame []byte) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.run(); err != nil {
		return nil, err
	}
	return b.process.call(b.host.ctx, method, wire.Frame(frame))
}

func (b *binary) run() error {
	if b.process != nil && !b.process.gone() {
		return nil
	}
	if b.failures > maxFailures {
		return errors.New("unable to restart plugin process: exceeded maximum number of reset failures")
	}
	process, err := b.start(b.host.ctx)
	if err != nil {
		b.failures++
		return err
	}
	b.process, b.failures = process, 0
	return nil
}

// start starts a process in a folder of its own.
func (b *binary) start(ctx context.Context) (*process, error) {
	b.folders++
	folder := filepath.Join(b.host.work, b.host.folderOf(b)+strconv.Itoa(b.folders))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	name := filepath.Base(b.path)
	p := &process{
		name: name, folder: folder, errors: &lines{plugin: name, to: &b.host.logs}, timeout: b.host.options.Timeout, most: maxAnswer,
	}
	way, err := b.inlet(folder)
	if err != nil {
		return nil, err
	}
	cmd := b.host.cage.command(b.path, folder, b.host.environment(folder), way, b.to)
	if way != nil && way.take != nil {
		b.host.open(p, way)
	}
	return p, p.begin(ctx, cmd)
}

// stop ends the process.
func (b *binary) stop() {
	if b.process != nil {
		b.process.kill()
	}
}

// list asks for the plugins.
func (b *binary) list() error {
	answer, err := b.call(wire.ListPlugins, wire.NewFrame())
	if err != nil {
		return err
	}
	ids, err := wire.ParseIdentifiers(answer)
	if err != nil {
		return err
	}
	for _, id := range ids {
		b.plugins = append(b.plugins, registered{id, b})
	}
	if len(b.plugins) == 0 {
		return errors.New("it names no plugins")
	}
	return nil
}

// environment is all that a process finds in its environment: what Velero's server tells a plugin, and its folder. go-plugin
// wants to be asked to listen on a port even where it listens on a socket.
func (h *Host) environment(folder string) []string {
	return append([]string{
		wire.CookieName + "=" + wire.CookieValue, "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000", "PLUGIN_PROTOCOL_VERSIONS=2", "PLUGIN_UNIX_SOCKET_DIR=" + folder,
		"TMPDIR=" + folder, "TMP=" + folder, "HOME=" + folder, "VELERO_NAMESPACE=" + h.options.VeleroNamespace, "VELERO_SCRATCH_DIR=" + folder,
	}, h.options.Environment...)
}

// folderOf is the beginning of the names of a binary's folders. They are short, as the path of a socket has to be.
func (h *Host) folderOf(b *binary) string {
	for i, other := range h.binaries {
		if other == b {
			return fmt.Sprintf("%d-", i)
		}
	}
	return ""
}
