// Package cmd is the command line: flags to values, one call, and the rendering of what came back. Only this package
// talks to the user: the result goes to standard output, everything else to standard error.
package cmd

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Main runs the command line and returns the exit code. The first interrupt ends the work in order, so that nothing
// half-written is left; a second one ends the process at once.
func Main() int {
	boundMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[1:])
}

// Run executes one command line and returns its exit code.
func Run(ctx context.Context, streams Streams, args []string) int {
	root := NewRoot(streams)
	root.SetArgs(args)
	called, err := root.ExecuteContextC(ctx)
	return conclude(ctx, streams, called, err)
}
