//go:build !linux

package plugins

import (
	"context"
	"io"
	"os/exec"
	"runtime"
)

// BecomePlugin has nothing to do here.
func BecomePlugin(_, _ []string, _ io.Writer) (is bool, err error) { return false, nil }

// cage keeps processes in: here it does not.
type cage struct{ holds Holds }

func newCage(context.Context, string) (*cage, error) {
	return &cage{holds: Holds{Why: "veltx isolates plugins on Linux only, not on " + runtime.GOOS}}, nil
}

// command is the command of a plugin in its folder.
func (c *cage) command(path, folder string, environment []string, way *inlet, to *reach) *exec.Cmd {
	cmd := exec.Command(path)
	cmd.Dir, cmd.Env = folder, environment
	if way != nil {
		cmd.Env = append(cmd.Env, way.environment...)
	}
	if to != nil {
		cmd.Env = append(cmd.Env, to.environment...)
	}
	ownGroup(cmd)
	return cmd
}
