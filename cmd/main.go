// Package cmd is the command line: flags to values, one call, and the rendering of what came back. Only this package
// talks to the user: the result goes to standard output, everything else to standard error.
package cmd

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/veltx/veltx/transform/apiserver/real"
	"github.com/veltx/veltx/transform/plugins"
	"github.com/veltx/veltx/transform/plugins/own"
)

// grace is how long the work has to end in order after an interrupt. What waits for somebody else, such as a write to a
// pipe that is not read, does not hear of it.
const grace = 3 * time.Second

// endings are the signals that end the work: of the keyboard, of whoever started veltx, of a terminal that is closed.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// Main runs the command line and returns the exit code. The first interrupt ends the work in order, so that nothing
// half-written is left, and after a while in any case; a second one ends the process at once.
func Main() int {
	if is, err := plugins.BecomePlugin(os.Args, os.Environ(), os.Stdout); is {
		return became(err)
	}
	if is, err := real.Become(os.Args, os.Stdin); is {
		return became(err)
	}
	if own.IsCalled(os.Getenv) {
		return bePlugin()
	}
	boundMemory()
	ctx, stop := signal.NotifyContext(context.Background(), endings...)
	defer stop()
	ended := make(chan int, 1)
	late := make(chan struct{})
	context.AfterFunc(ctx, func() {
		stop()
		time.AfterFunc(grace, func() { close(late) })
	})
	streams := Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	go func() { ended <- Run(ctx, streams, os.Args[1:]) }()
	select {
	case code := <-ended:
		return code
	case <-late:
		streams.say("veltx: interrupted")
		return exitInterrupted
	}
}

// bePlugin lets veltx be a plugin of Velero, whose server started it. As with other plugins, an interrupt at a terminal is for the
// server, which ends its plugins. The command line is that of the server.
func bePlugin() int {
	signal.Ignore(os.Interrupt)
	return became(own.Serve(context.Background(), os.Args[0], os.Getenv, os.Stdout))
}

// became is the exit code of a process that was to become something else.
func became(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitError
	}
	return exitFine
}

// Run executes one command line and returns its exit code.
func Run(ctx context.Context, streams Streams, args []string) int {
	root := NewRoot(streams)
	root.SetArgs(args)
	called, err := root.ExecuteContextC(ctx)
	return conclude(ctx, streams, called, err)
}
