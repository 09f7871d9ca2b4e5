package real

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// keeperName is what a process is called that keeps the programs.
const keeperName = "veltx: keeps an API server"

// keeping is what a keeper keeps.
type keeping struct {
	Folder   string     // of all that is written; it goes at the end
	Programs [][]string // command lines
}

// Become makes a process that was started as a keeper one: it starts the programs, and ends them once in has come to its end, which it
// does at the latest when the process at its other end is gone.
func Become(args []string, in io.Reader) (is bool, err error) {
	if len(args) != 2 || args[0] != keeperName {
		return false, nil
	}
	var k keeping
	if err := json.Unmarshal([]byte(args[1]), &k); err != nil {
		return true, err
	}
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // whoever started it ends it
	return true, k.keep(in)
}

func (k *keeping) keep(in io.Reader) (err error) {
	defer os.RemoveAll(k.Folder)
	over := make(chan error, len(k.Programs)+1)
	ended := make(chan struct{}, len(k.Programs))
	for i, line := range k.Programs {
		cmd, log, err := k.program(line)
		if err != nil {
			return err
		}
		defer func() {
			_ = cmd.Process.Kill() // it may have ended
			<-ended
		}()
		go func() {
			err := cmd.Wait()
			over <- fmt.Errorf("%s ended (%w): %s", filepath.Base(k.Programs[i][0]), err, lastOf(log))
			ended <- struct{}{}
		}()
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		over <- nil
	}()
	return <-over
}

// program starts one of the programs, in the folder and with a log there.
func (k *keeping) program(line []string) (cmd *exec.Cmd, log string, err error) {
	log = filepath.Join(k.Folder, filepath.Base(line[0])+".log")
	file, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	cmd = exec.Command(line[0], line[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = k.Folder, file, file
	endWithParent(cmd)
	started := make(chan error)
	go func() { // on a thread that stays: on Linux a process may be bound to die with the thread that started it
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return cmd, log, <-started
}

// lastOf is the end of a log.
func lastOf(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-1000):])
}
