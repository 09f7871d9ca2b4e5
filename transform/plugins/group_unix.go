//go:build unix && !linux

package plugins

import (
	"os/exec"
	"syscall"
)

// ownGroup gives the process a group of its own, so that all of it can be killed.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
