package real

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps what a terminal sends from a process: its keeper ends it.
func endWithParent(cmd *exec.Cmd) { apart(cmd) }

// apart keeps what a terminal sends from a process.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
