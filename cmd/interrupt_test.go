package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// silent is an input that never says anything.
type silent struct{ reading chan struct{} }

func (s silent) Read([]byte) (int, error) {
	close(s.reading)
	select {}
}

func TestAnInterruptLeavesNothingBehind(t *testing.T) {
	for _, out := range []string{"out.tar.gz", "out"} {
		dir := t.TempDir()
		temp := filepath.Join(dir, "temp")
		if err := os.Mkdir(temp, 0o755); err != nil {
			t.Fatal(err)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		in := silent{make(chan struct{})}
		go func() {
			<-in.reading
			interrupt()
		}()
		var stdout, stderr bytes.Buffer
		code := Run(ctx, Streams{In: in, Out: &stdout, Err: &stderr},
			[]string{"transform", "-", "-o", filepath.Join(dir, out), "--temp-dir", temp})
		if code != exitInterrupted || stderr.String() != "veltx: interrupted\n" || stdout.Len() > 0 {
			t.Errorf("%s: got exit code %d, stderr %q, stdout %q", out, code, &stderr, &stdout)
		}
		if left := filesBelow(t, dir); len(left) > 0 {
			t.Errorf("%s: left behind: %v", out, left)
		}
	}
}

// slow interrupts itself once something was written to it.
type slow struct{ interrupt context.CancelFunc }

func (s slow) Write(p []byte) (int, error) {
	s.interrupt()
	return len(p), nil
}

func TestAnInterruptEndsWorkInProgress(t *testing.T) {
	temp := t.TempDir()
	ctx, interrupt := context.WithTimeout(t.Context(), time.Nanosecond)
	defer interrupt()
	<-ctx.Done()
	var stderr bytes.Buffer
	code := Run(ctx, Streams{In: strings.NewReader(""), Out: slow{interrupt}, Err: &stderr},
		[]string{"transform", "--sample", "-o", "-", "--temp-dir", temp})
	if code != exitInterrupted {
		t.Errorf("got exit code %d, stderr %q", code, &stderr)
	}
	if left := filesBelow(t, temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestAnOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, args := range [][]string{
		{"transform", "--sample", "-o", "-"}, {"restore-preview", "--sample"}, {"restore-preview", "--sample", "-o", "json"},
		{"restore-preview", "--sample", "-o", "name"}, {"inspect", "--sample"}, {"inspect", "--sample", "-o", "yaml"}, {"actions"}, {"version"},
	} {
		var stderr bytes.Buffer
		if code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: full{}, Err: &stderr}, args); code != exitError {
			t.Errorf("%v: got exit code %d, stderr %q", args, code, &stderr)
		}
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var left []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() || strings.Contains(filepath.Base(path), "veltx") {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}
