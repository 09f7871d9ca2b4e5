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

// A deletion that is killed leaves files and its claim. The next command that writes there goes on at once, whether it
// deletes the rest or writes the backup anew.
func TestWhatFollowsAKilledDeletion(t *testing.T) {
	for name, next := range map[string][]string{
		"a deletion":            {"delete", "b", "--store", "bucket", "--confirm"},
		"a backup in its place": {"backup", "--sample", "-o", "bucket", "--to-store", "--backup-name", "b", "-q", "--force"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folderWithStore(t)
			if err := veltx(dir, "backup", "--sample", "-o", "bucket", "--to-store", "--backup-name", "b", "-q"); err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(dir, "bucket", "backups", "b")
			tarball, err := os.ReadFile(filepath.Join(folder, "b.tar.gz"))
			if err != nil {
				t.Fatal(err)
			}
			killDeletion(t, dir, folder)
			if err := os.WriteFile(filepath.Join(folder, "b.tar.gz"), tarball, 0o600); err != nil { // as if it had come less far
				t.Fatal(err)
			}
			if err := veltx(dir, next...); err != nil {
				t.Error(err)
			}
			if next[0] == "backup" {
				if err := veltx(dir, "verify", "b", "--store", "bucket"); err != nil {
					t.Error(err)
				}
				if err := veltx(dir, "delete", "b", "--store", "bucket", "--confirm"); err != nil {
					t.Error(err)
				}
			}
			if left, err := os.ReadDir(filepath.Join(dir, "bucket")); err != nil || len(left) > 0 {
				t.Errorf("left are %v, %v", left, err)
			}
		})
	}
}

// killDeletion kills a deletion of b while it waits for its result to be read.
func killDeletion(t *testing.T, dir, folder string) {
	t.Helper()
	read, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	if err := fill(out); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("veltx", "delete", "b", "--store", "bucket", "--confirm")
	c.Dir, c.Stdout = dir, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	out.Close()
	for {
		left, err := os.ReadDir(folder)
		if err != nil {
			t.Fatalf("the folder is gone before the deletion is killed: %v", err)
		}
		if len(left) == 1 {
			break // the claim alone
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	if left, err := filepath.Glob(filepath.Join(folder, ".veltx-claim")); err != nil || len(left) != 1 {
		t.Fatalf("the claim is not left: %v", err)
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
