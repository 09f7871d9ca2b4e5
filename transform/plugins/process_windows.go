package plugins

import "os/exec"

// killAll kills the process.
func killAll(cmd *exec.Cmd) { _ = cmd.Process.Kill() } // it may be gone
