// Package serve is the other side of a plugin: it lets a program be a plugin of Velero, with net/http alone.
package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// maxRequest is how large a request may be: an item twice, and a Restore.
const maxRequest = 1 << 30

// Action is a RestoreItemAction that is served. Progress, Cancel and Ready are of version 2.
type Action struct {
	Name      string
	V2        bool
	AppliesTo func() (wire.Selector, error)
	Execute   func(*wire.ExecuteRequest) (*wire.ExecuteResponse, error)
	Progress  func(*wire.OperationRequest) (*wire.Progress, error) // nil where it begins no operation
	Cancel    func(*wire.OperationRequest) error
	Ready     func(*wire.ReadyRequest) (bool, error) // nil where it waits for no item
}

func (a *Action) kind() wire.Kind {
	if a.V2 {
		return wire.RestoreItemActionV2
	}
	return wire.RestoreItemAction
}

// Server serves plugins.
type Server struct {
	Actions      []Action
	Items        []ItemAction
	Stores       map[string]store.ObjectStore
	Snapshotters map[string]*Snapshotter
	Folder       string // for the socket; "" for the system's temporary one
	// Identifiers, where given, are what ListPlugins says in the place of the actions.
	Identifiers []wire.Identifier
}

// Serve listens, says where on out, and serves until Velero shuts the plugin down or the context ends.
func (s *Server) Serve(ctx context.Context, out io.Writer) error {
	listener, err := s.listen()
	if err != nil {
		return err
	}
	web := &http.Server{Protocols: new(http.Protocols), ReadHeaderTimeout: time.Minute}
	web.Protocols.SetUnencryptedHTTP2(true)
	ctx, end := context.WithCancel(ctx)
	defer end()
	web.Handler = &handler{s, end}
	stop := context.AfterFunc(ctx, func() { _ = web.Close() }) // Serve tells what there is to tell
	defer stop()
	if _, err := io.WriteString(out, wire.Handshake(listener.Addr().Network(), listener.Addr().String())); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// sockets numbers the sockets of a process.
var sockets atomic.Int64

// listen listens where go-plugin would: on a socket in a temporary folder, on Windows on a port of the loopback.
func (s *Server) listen() (net.Listener, error) {
	if runtime.GOOS == "windows" {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return net.Listen("unix", filepath.Join(cmp.Or(s.Folder, os.TempDir()), fmt.Sprintf("plugin%d-%d", os.Getpid(), sockets.Add(1))))
}

type handler struct {
	server *Server
	end    func()
}

// ServeHTTP answers one call of gRPC.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("Trailer", "Grpc-Status, Grpc-Message")
	if m := wire.Method(r.URL.Path); m == wire.PutObject || m == wire.GetObject {
		h.stream(w, r)
		return
	}
	message, err := wire.ReadFrame(r.Body, maxRequest)
	if err == nil {
		message, err = h.server.answer(wire.Method(r.URL.Path), message)
	}
	if err != nil {
		status := statusOf(err)
		w.WriteHeader(http.StatusOK)
		w.Header().Set("Grpc-Status", strconv.Itoa(int(status.Code)))
		w.Header().Set("Grpc-Message", wire.EncodeMessage(status.Message))
		return
	}
	_, _ = w.Write(message) // who asked may be gone
	w.Header().Set("Grpc-Status", "0")
	if r.URL.Path == string(wire.Shutdown) {
		time.AfterFunc(100*time.Millisecond, h.end) // once the answer is out
	}
}

// statusOf is the error as Velero's framework sends it.
func statusOf(err error) *wire.Status {
	var status *wire.Status
	if errors.As(err, &status) {
		return status
	}
	return &wire.Status{Code: wire.Unknown, Message: err.Error()}
}

// answer is the frame that answers a request. A panic is an error, as in Velero's framework.
// Source: v1.18.3 pkg/plugin/framework/common/handle_panic.go.
func (s *Server) answer(method wire.Method, request []byte) (frame []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &wire.Status{Code: wire.Aborted, Message: panicked(p)}
		}
	}()
	message, err := s.message(method, request, wire.NewFrame())
	if err != nil {
		return nil, err
	}
	return wire.Frame(message), nil
}

func panicked(p any) string {
	if err, ok := p.(error); ok {
		return fmt.Sprintf("plugin panicked: %v, stack trace: %s", err, debug.Stack())
	}
	return fmt.Sprintf("plugin panicked: %v", p)
}

// message adds the answer to a request to b.
func (s *Server) message(method wire.Method, request, b []byte) ([]byte, error) {
	if kind, ok := itemMethods[method]; ok {
		return s.itemMessage(kind, method, request, b)
	}
	switch method {
	case wire.ListPlugins:
		return wire.AppendIdentifiers(b, s.identifiers()), nil
	case wire.RestoreAppliesTo, wire.RestoreAppliesToV2:
		return s.appliesTo(method, request, b)
	case wire.RestoreExecute, wire.RestoreExecuteV2:
		return s.execute(method, request, b)
	case wire.RestoreProgress, wire.RestoreCancel:
		return s.operation(method, request, b)
	case wire.RestoreItemsReady:
		return s.ready(request, b)
	case wire.HealthCheck:
		return append(b, 0x08, 0x01), nil // SERVING
	case wire.Shutdown:
		return b, nil
	}
	return s.ofStores(method, request, b)
}

func (s *Server) identifiers() []wire.Identifier {
	if s.Identifiers != nil {
		return s.Identifiers
	}
	list := s.stored()
	for i := range s.Actions {
		list = append(list, wire.Identifier{Command: os.Args[0], Kind: s.Actions[i].kind(), Name: s.Actions[i].Name})
	}
	for i := range s.Items {
		list = append(list, wire.Identifier{Command: os.Args[0], Kind: s.Items[i].Kind, Name: s.Items[i].Name})
	}
	slices.SortFunc(list, func(a, b wire.Identifier) int { // version 1 first, then by name
		return strings.Compare(string(a.Kind)+" "+a.Name, string(b.Kind)+" "+b.Name)
	})
	return list
}

// find is the action of a name; the two versions of the interface may both have it.
func (s *Server) find(name string, v2 bool) (*Action, error) {
	for i := range s.Actions {
		if s.Actions[i].Name == name && s.Actions[i].V2 == v2 {
			return &s.Actions[i], nil
		}
	}
	return nil, fmt.Errorf("%s plugin: %s was not found or has an invalid name format", (&Action{V2: v2}).kind(), name)
}

func (s *Server) appliesTo(method wire.Method, request, b []byte) ([]byte, error) {
	name, err := wire.ParseName(request)
	if err != nil {
		return nil, err
	}
	action, err := s.find(name, method == wire.RestoreAppliesToV2)
	if err != nil {
		return nil, err
	}
	selector, err := action.AppliesTo()
	return selector.Append(b), err
}

func (s *Server) execute(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseExecuteRequest(request)
	if err != nil {
		return nil, err
	}
	action, err := s.find(in.Plugin, method == wire.RestoreExecuteV2)
	if err != nil {
		return nil, err
	}
	out, err := action.Execute(&in)
	if err != nil {
		return nil, err
	}
	return out.Append(b), nil
}

func (s *Server) operation(method wire.Method, request, b []byte) ([]byte, error) {
	in, err := wire.ParseOperationRequest(request)
	if err != nil {
		return nil, err
	}
	action, err := s.find(in.Plugin, true)
	switch {
	case err != nil:
		return nil, err
	case action.Progress == nil || action.Cancel == nil:
		return nil, fmt.Errorf("%s begins no operations", action.Name)
	case method == wire.RestoreCancel:
		return b, action.Cancel(&in)
	}
	progress, err := action.Progress(&in)
	if err != nil {
		return nil, err
	}
	return progress.Append(b), nil
}

func (s *Server) ready(request, b []byte) ([]byte, error) {
	in, err := wire.ParseReadyRequest(request)
	if err != nil {
		return nil, err
	}
	action, err := s.find(in.Plugin, true)
	if err != nil || action.Ready == nil {
		return wire.AppendReady(b, true), err
	}
	is, err := action.Ready(&in)
	return wire.AppendReady(b, is), err
}
