package plugins

import "os/exec"

// ownGroup has nothing to do here.
func ownGroup(*exec.Cmd) {}
