package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes; each command's help lists them.
const (
	exitFine        = 0
	exitError       = 1
	exitUsage       = 2
	exitFindings    = 3
	exitInterrupted = 130

	// Of diff, as diff has them everywhere.
	exitDiffer  = 1
	exitTrouble = 2
)

// usageError is a mistake on the command line, as opposed to one in the input.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

func wrongUsage(format string, args ...any) error {
	return usageError{problem: fmt.Sprintf(format, args...)}
}

// errFindings says that the work was done and what was found is at or above --fail-on.
var errFindings = errors.New("findings at or above --fail-on")

// errDiffer says that the work was done and that there are differences.
var errDiffer = errors.New("there are differences")

// troubled is an error of a command whose exit code 1 says something else.
type troubled struct{ error }

func (e troubled) Unwrap() error { return e.error }

// trouble makes an error end the command with exit code 2, as in diff.
func trouble(err error) error { return troubled{err} }

// conclude tells the user of an error and returns the exit code.
func conclude(ctx context.Context, streams Streams, called *cobra.Command, err error) int {
	var (
		usage usageError
		two   troubled
	)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, errDiffer):
		return exitDiffer
	case ctx.Err() != nil:
		streams.say("veltx: interrupted")
		return exitInterrupted
	case errors.As(err, &usage):
		streams.say("veltx: " + usage.problem)
		streams.say("See " + called.CommandPath() + " --help")
		return exitUsage
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		streams.say("veltx: " + line)
	}
	if errors.As(err, &two) {
		return exitTrouble
	}
	return exitError
}
