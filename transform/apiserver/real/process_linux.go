package real

import (
	"os/exec"
	"syscall"
)

// endWithParent has a process end with the one that starts it, and not by what a terminal sends.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// apart keeps what a terminal sends from a process.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
