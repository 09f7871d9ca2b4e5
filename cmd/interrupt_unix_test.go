//go:build unix

package cmd

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whatever a process waits for, the first signal ends it within seconds, and nothing of it is left.
func TestTheFirstSignalEndsTheProcess(t *testing.T) {
	for _, sign := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		for name, args := range map[string][]string{
			"a slow standard input":     {"transform", "-", "-o", "out.tar.gz"},
			"a pipe for a backup":       {"transform", "pipe", "-o", "out.tar.gz"},
			"a pipe for a Restore":      {"transform", "--sample", "-f", "pipe", "-o", "out.tar.gz"},
			"a result that is not read": {"get", "--sample", "all", "-o", "yaml"},
		} {
			t.Run(sign.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
					t.Fatal(err)
				}
				in, feed, _ := os.Pipe()
				read, out, _ := os.Pipe()
				defer func() { feed.Close(); read.Close() }()
				if err := fill(out); err != nil {
					t.Fatal(err)
				}
				c := exec.Command("veltx", args...)
				var problems strings.Builder
				c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, in, out, &problems
				c.Env = append(os.Environ(), "TMPDIR="+dir)
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				in.Close()
				out.Close()
				time.Sleep(time.Second)
				start := time.Now()
				_ = c.Process.Signal(sign)
				err := c.Wait()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || time.Since(start) > 3*grace {
					t.Errorf("got %v after %v, stderr %q", err, time.Since(start), problems.String())
				}
				if left, _ := filepath.Glob(filepath.Join(dir, "*veltx*")); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
				if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		}
	}
}

// fill fills a pipe, so that whoever writes to it next waits.
func fill(pipe *os.File) error {
	if err := pipe.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		return err
	}
	for {
		if _, err := pipe.Write(make([]byte, 512)); errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
