package sink

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAProgramIsCopiedWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "veltx")
	for _, text := range []string{"first", "second"} {
		if err := CopyProgram(path, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o755 {
		t.Errorf("got %v, %v", info, err)
	}
	broken := errors.New("broken")
	if err := CopyProgram(path, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := CopyProgram(filepath.Join(folder, "none", "veltx"), strings.NewReader("x")); err == nil {
		t.Error("a folder that is not there is written to")
	}
}
