package plugins

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// process is one run of a plugin's binary.
type process struct {
	name    string // of the binary's file
	folder  string // its own
	cmd     *exec.Cmd
	errors  *lines
	client  *http.Client
	exited  chan struct{} // closed once it has ended
	timeout time.Duration
	most    int64 // bytes of an answer

	whenStarted, whenEnded func() // where given
}

// lingering is how long what holds a plugin's output open is waited for once the plugin has ended.
const lingering = 2 * time.Second

// begin starts the process and waits until it listens.
func (p *process) begin(ctx context.Context, cmd *exec.Cmd) error {
	hello := newFirstLine()
	p.cmd, p.exited = cmd, make(chan struct{})
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = hello, p.errors, lingering
	if err := p.run(); err != nil {
		return err
	}
	err := p.meet(ctx, hello)
	if err != nil {
		p.kill()
	}
	return err
}

// run starts the process on a thread that stays until the process has ended: on Linux a process may be bound to die with the
// thread that started it.
func (p *process) run() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		if p.whenStarted != nil {
			p.whenStarted()
		}
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // however it ended, it has
			close(p.exited)
		}
		if p.whenEnded != nil {
			p.whenEnded()
		}
	}()
	return <-started
}

// meet waits for the line that says where the plugin listens.
func (p *process) meet(ctx context.Context, hello *firstLine) error {
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	select {
	case line := <-hello.got:
		return p.connect(line)
	case <-p.exited:
		select {
		case line := <-hello.got: // and then it ended
			if err := p.connect(line); err != nil {
				return err
			}
		default:
		}
		return p.failure("it ended before it said where it listens")
	case <-timer.C:
		return p.failure(fmt.Sprintf("it did not say within %v where it listens", p.timeout))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failure is an error with what the process said last.
func (p *process) failure(what string) error {
	if last := p.errors.lastLine(); last != "" {
		return fmt.Errorf("%s; it said: %.500s", what, last)
	}
	return errors.New(what)
}

// connect makes the client for where the plugin says that it listens: in its own folder, or on the loopback where there are
// no sockets with names. Anywhere else, veltx would speak to a stranger.
func (p *process) connect(line string) error {
	network, address, err := wire.ParseHandshake(line)
	if err != nil {
		return err
	}
	switch network {
	case "unix":
		inside, err := filepath.Rel(p.folder, address)
		if err != nil || !filepath.IsLocal(inside) {
			return fmt.Errorf("it says that it listens at %.200q, which is not in its folder %s", address, p.folder)
		}
		if info, err := os.Lstat(address); err != nil || info.Mode().Type() != os.ModeSocket {
			return fmt.Errorf("it says that it listens at %.200q, where no socket is", address)
		}
	case "tcp":
		if host, _, err := net.SplitHostPort(address); err != nil || host != "127.0.0.1" || runtime.GOOS != "windows" {
			return fmt.Errorf("it says that it listens at %.200q, and veltx speaks to plugins by sockets in their folders only", address)
		}
	default:
		return fmt.Errorf("it says that it listens on network %.200q", network)
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		Protocols: new(http.Protocols), DisableCompression: true, MaxResponseHeaderBytes: 1 << 20,
	}
	transport.Protocols.SetUnencryptedHTTP2(true)
	p.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return nil
}

// gone says whether the process has ended.
func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// kill ends the process and those that it started, and waits for it.
func (p *process) kill() {
	if p.cmd.Process == nil {
		return
	}
	killAll(p.cmd)
	<-p.exited
	if p.client != nil {
		p.client.CloseIdleConnections()
	}
}

// call makes one call. An error that is no wire.Status is one that ends the run: the process hangs, or floods.
func (p *process) call(ctx context.Context, method wire.Method, frame []byte) ([]byte, error) {
	inTime, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	answer, err := p.send(inTime, method, frame)
	var status *wire.Status
	switch {
	case err == nil || errors.As(err, &status):
		return answer, err
	case ctx.Err() != nil:
		return nil, &actions.Broken{Err: ctx.Err()}
	case inTime.Err() != nil:
		p.kill()
		return nil, &actions.Broken{Err: fmt.Errorf("%s did not answer %s within %v and was killed: give it more time with --plugin-timeout, or do without it", p.name, brief(method), p.timeout)}
	case errors.Is(err, wire.ErrTooLarge):
		p.kill()
		return nil, &actions.Broken{Err: fmt.Errorf("%s answered %s with %w, and was killed", p.name, brief(method), err)}
	}
	return nil, p.lost()
}

// brief is a method as people know it.
func brief(method wire.Method) string {
	return string(method[strings.LastIndexByte(string(method), '/')+1:])
}

// lost is the error of a call whose process went away, as gRPC's client has it: Velero starts the plugin again for the next
// call. One that died for want of memory ends the run, as it would each time.
func (p *process) lost() error {
	timer := time.NewTimer(lingering)
	defer timer.Stop()
	select {
	case <-p.exited:
	case <-timer.C:
	}
	if p.gone() && p.errors.lackedMemory() {
		return &actions.Broken{Err: fmt.Errorf("%s needed more than %s of memory and ended: do without it", p.name, sizeOf(maxMemory))}
	}
	return &wire.Status{Code: wire.Unavailable, Message: "error reading from server: EOF"}
}

func (p *process) send(ctx context.Context, method wire.Method, frame []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://plugin"+string(method), bytes.NewReader(frame))
	if err != nil {
		return nil, err
	}
	request.GetBody = nil // nothing is sent twice
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("Te", "trailers")
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if status := response.Header.Get("Grpc-Status"); status != "" { // without a body
		return nil, wire.ParseStatus(status, response.Header.Get("Grpc-Message"))
	}
	if response.StatusCode != http.StatusOK {
		return nil, &wire.Status{Code: wire.Internal, Message: fmt.Sprintf("the answer is no one of gRPC, but HTTP status %d", response.StatusCode)}
	}
	message, err := wire.ReadFrame(response.Body, p.most)
	if status := response.Trailer.Get("Grpc-Status"); status != "" {
		if err := wire.ParseStatus(status, response.Trailer.Get("Grpc-Message")); err != nil {
			return nil, err
		}
	}
	return message, err
}
