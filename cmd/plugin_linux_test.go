package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/veltx/veltx/testdata/plugintest"
)

// A plugin dies with veltx, however veltx ends.
func TestAPluginDoesNotOutliveVeltx(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, "hangs", plugintest.StoresPlugin); err != nil {
		t.Fatal(err)
	}
	action := []string{"restore-preview", "--sample", "--plugin", filepath.Join(folder, "hangs")}
	store := []string{
		"restore-preview", "--all", "--store", "plugin:example.com/hangs", "--store-bucket", "b", "--store-config", "url=x", "--plugin", filepath.Join(folder, plugintest.StoresPlugin),
	}
	for _, c := range []struct {
		line   []string
		signal syscall.Signal
	}{{action, syscall.SIGKILL}, {action, syscall.SIGTERM}, {store, syscall.SIGKILL}, {store, syscall.SIGTERM}} {
		work, signal := t.TempDir(), c.signal
		var problems bytes.Buffer
		veltx := exec.Command("veltx", append(c.line, "--temp-dir", work)...)
		veltx.Stderr = &problems
		if err := veltx.Start(); err != nil {
			t.Fatal(err)
		}
		started := runningIn(t, work)
		if len(started) == 0 {
			t.Errorf("%v: no plugin is started: %s", signal, &problems)
		}
		if err := veltx.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = veltx.Wait() // it was killed
		for _, pid := range started {
			if !endsSoon(pid) {
				t.Errorf("%v: process %d is left", signal, pid)
			}
		}
		if left, _ := os.ReadDir(work); signal == syscall.SIGTERM && len(left) > 0 {
			t.Errorf("%v: %v is left behind", signal, left)
		}
	}
}

// runningIn waits for a process with the folder in its environment, and returns all there are.
func runningIn(t *testing.T, folder string) (pids []int) {
	t.Helper()
	for range 200 {
		all, err := filepath.Glob("/proc/[0-9]*/environ")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range all {
			text, _ := os.ReadFile(path) // one that has ended is none
			if strings.Contains(string(text), "PLUGIN_UNIX_SOCKET_DIR="+folder) {
				var pid int
				if _, err := fmt.Sscanf(path, "/proc/%d/environ", &pid); err == nil {
					pids = append(pids, pid)
				}
			}
		}
		if len(pids) > 0 {
			time.Sleep(300 * time.Millisecond) // until it is asked something
			return pids
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

func endsSoon(pid int) bool {
	for range 200 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
