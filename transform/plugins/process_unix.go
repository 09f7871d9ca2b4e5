//go:build unix

package plugins

import (
	"os/exec"
	"syscall"
)

// killAll kills the process and those of its group.
func killAll(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may be gone
	_ = cmd.Process.Kill()
}
