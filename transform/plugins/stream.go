package plugins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// maxPart is how many bytes of an object a message may have. Velero's framework sends 16 KiB.
const maxPart = 4 << 20

// stream is a call of several messages. The process may take for each of them as long as for an answer.
type stream struct {
	process  *process
	method   wire.Method
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watch    *watch
	response *http.Response
	empty    bool // it has no messages
}

// errSilent says that a process did not go on.
var errSilent = errors.New("it did not go on")

// watch cancels a call whose process lets too much time pass.
type watch struct {
	timer *time.Timer
	most  time.Duration
}

func newWatch(most time.Duration, cancel context.CancelCauseFunc) *watch {
	return &watch{time.AfterFunc(most, func() { cancel(errSilent) }), most}
}

// begin waits for the process from now on, end does not wait for it any more.
func (w *watch) begin() { w.timer.Reset(w.most) }
func (w *watch) end()   { w.timer.Stop() }

// stream begins a call, and returns once the process begins to answer. Frames of the request are read from a body.
func (p *process) stream(ctx context.Context, cancel context.CancelCauseFunc, method wire.Method, body io.Reader) (*stream, error) {
	s := &stream{process: p, method: method, ctx: ctx, cancel: cancel, watch: newWatch(p.timeout, cancel)}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://plugin"+string(method), &watched{body, s.watch})
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("Te", "trailers")
	s.response, err = p.client.Do(request)
	if err != nil {
		return nil, s.failed(err)
	}
	if status := s.response.Header.Get("Grpc-Status"); status != "" { // without a body
		s.empty = true
		err := wire.ParseStatus(status, s.response.Header.Get("Grpc-Message"))
		if err != nil {
			s.end()
		}
		return s, err
	}
	if s.response.StatusCode != http.StatusOK {
		defer s.end()
		return nil, &wire.Status{Code: wire.Internal, Message: fmt.Sprintf("the answer is no one of gRPC, but HTTP status %d", s.response.StatusCode)}
	}
	return s, nil
}

// next is the next message; io.EOF says that the process ended the stream, and that all went well.
func (s *stream) next() ([]byte, error) {
	if s.empty {
		return nil, io.EOF
	}
	s.watch.begin()
	message, err := wire.NextFrame(s.response.Body, maxPart)
	s.watch.end()
	switch {
	case err == nil:
		return message, nil
	case !errors.Is(err, io.EOF):
		return nil, s.failed(err)
	}
	status := s.response.Trailer.Get("Grpc-Status")
	if status == "" { // it was cut
		return nil, s.failed(io.ErrUnexpectedEOF)
	}
	if err := wire.ParseStatus(status, s.response.Trailer.Get("Grpc-Message")); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// failed is why the call failed.
func (s *stream) failed(err error) error {
	s.watch.end()
	p := s.process
	switch {
	case errors.Is(context.Cause(s.ctx), errSilent):
		p.kill()
		return &actions.Broken{Err: fmt.Errorf("%s did not go on with %s within %v and was killed: give it more time with --plugin-timeout", p.name, brief(s.method), p.timeout)}
	case s.ctx.Err() != nil:
		return &actions.Broken{Err: s.ctx.Err()}
	case errors.Is(err, wire.ErrTooLarge):
		p.kill()
		return &actions.Broken{Err: fmt.Errorf("%s answered %s with %w, and was killed", p.name, brief(s.method), err)}
	}
	return p.lost()
}

func (s *stream) end() {
	s.watch.end()
	_ = s.response.Body.Close()
	s.cancel(nil)
}

// close ends the call, also before its end.
func (s *stream) close() error {
	s.end()
	return nil
}

// watched is the body of a request: while it is read, it is not the process that takes its time.
type watched struct {
	body  io.Reader
	watch *watch
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	w.watch.end()
	defer w.watch.begin()
	return w.body.Read(p)
}

// once is the body of a request of one message.
type once struct{ frame []byte }

// Read implements io.Reader.
func (o *once) Read(p []byte) (int, error) {
	if len(o.frame) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.frame)
	o.frame = o.frame[n:]
	return n, nil
}

// parts is the body of a request that sends an object in parts.
type parts struct {
	body    io.Reader
	request wire.ObjectRequest

	chunk, frame []byte // what is not sent yet of a frame
	begun, ended bool

	mu  sync.Mutex
	err error // of the body
}

// Read implements io.Reader.
func (p *parts) Read(to []byte) (int, error) {
	if len(p.frame) == 0 {
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	n := copy(to, p.frame)
	p.frame = p.frame[n:]
	return n, nil
}

// next makes the next frame. The first one is sent also if it has no bytes, as it names the object.
func (p *parts) next() error {
	if p.ended {
		return io.EOF
	}
	if p.chunk == nil {
		p.chunk = make([]byte, wire.ChunkSize)
	}
	n, err := io.ReadFull(p.body, p.chunk)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		p.ended, err = true, nil
	}
	if err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.err = err
		return err
	}
	if n == 0 && p.begun {
		return io.EOF
	}
	p.begun, p.request.Body = true, p.chunk[:n]
	p.frame = wire.Frame(p.request.Append(wire.NewFrame()))
	return nil
}

// problem is what kept the body from being read.
func (p *parts) problem() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// sorted are keys in their order, each once.
func sorted(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}
