package cmd

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// screen is standard output. What it shows on a terminal goes through the user's pager, which starts with the first
// byte, when the work's progress has gone.
type screen struct {
	streams Streams
	pager   []string // nil for none
	work    *progress
	out     io.Writer // nil before the first byte
	running *exec.Cmd
	pipe    io.Closer
	stop    context.CancelFunc
}

// open returns the screen; the caller closes it.
func (f *outputFlags) open(streams Streams, work *progress) *screen {
	s := &screen{streams: streams, work: work}
	if f.paged && !f.noPager && isTerminal(streams.Out) {
		s.pager = pager()
	}
	return s
}

// pager is the command of PAGER, else less if it is there; nil if neither is, or PAGER is empty or cat.
func pager() []string {
	command, set := os.LookupEnv("PAGER")
	if !set {
		if _, err := exec.LookPath("less"); err != nil {
			return nil
		}
		command = "less"
	}
	if words := strings.Fields(command); len(words) > 0 && words[0] != "cat" {
		return words
	}
	return nil
}

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	if s.out == nil {
		s.work.end()
		s.out = s.start()
	}
	return s.out.Write(p)
}

// start starts the pager and returns where the result goes: standard output if there is none, or it does not start.
func (s *screen) start() io.Writer {
	if s.pager == nil {
		return s.streams.Out
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings...)
	context.AfterFunc(ctx, stop)
	command := exec.CommandContext(ctx, s.pager[0], s.pager[1:]...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // it gives the terminal back
	command.WaitDelay = time.Second
	command.Stdout, command.Stderr = s.streams.Out, s.streams.Err
	if _, set := os.LookupEnv("LESS"); !set {
		command.Env = append(os.Environ(), "LESS=FRX") // leave at once what fits the screen, and colours as they are
	}
	pipe, err := command.StdinPipe()
	if err != nil || command.Start() != nil {
		stop()
		return s.streams.Out
	}
	s.running, s.pipe, s.stop = command, pipe, stop
	return &leavable{out: pipe}
}

// Close waits until the user has left the pager.
func (s *screen) Close() error {
	s.work.end()
	if s.running == nil {
		return nil
	}
	_ = s.pipe.Close()
	_ = s.running.Wait()
	s.stop()
	s.running = nil
	return nil
}

// leavable is a pipe to a pager, which its user may leave before the end: no error to anybody.
type leavable struct {
	out  io.Writer
	left bool
}

// Write implements io.Writer.
func (l *leavable) Write(p []byte) (int, error) {
	if !l.left {
		_, err := l.out.Write(p)
		l.left = err != nil
	}
	return len(p), nil
}
