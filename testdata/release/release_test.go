package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestThePageOfEachCommandIsWritten(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	at := time.Unix(1_700_000_000, 0).UTC()
	for _, dir := range []string{a, b} {
		if err := texts(dir, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"man/veltx.1", "man/veltx-restore-preview.1", "man/veltx-plan-diff.1", "completions/veltx.bash", "completions/_veltx"} {
		first, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		second, err := os.ReadFile(filepath.Join(b, name))
		if err != nil || string(first) != string(second) || len(first) < 500 {
			t.Errorf("%s: %d bytes, twice and not the same: %v", name, len(first), err)
		}
	}
}

func TestKrewAndHomebrewAreToldTheArchives(t *testing.T) {
	dist := t.TempDir()
	var sums strings.Builder
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			ending := map[bool]string{true: "zip", false: "tar.gz"}[system == "windows"]
			fmt.Fprintf(&sums, "%064d  veltx_v1.2.3_%s_%s.%s\n", sums.Len(), system, arch, ending)
		}
	}
	sums.WriteString(strings.Repeat("0", 64) + "  veltx_v1.2.3_linux_amd64.deb\n")
	if err := os.WriteFile(filepath.Join(dist, "checksums.txt"), []byte(sums.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := homes("v1.2.3", dist); err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string]map[string]int{
		"krew.yaml": {"version: v1.2.3": 1, "os: darwin": 2, "bin: veltx.exe": 2, "/releases/download/v1.2.3/veltx_v1.2.3_": 6},
		"veltx.rb":  {`version "1.2.3"`: 1, "on_macos do": 2, "on_linux do": 2, "windows": 0},
	} {
		text, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			t.Fatal(err)
		}
		for want, n := range wants {
			if got := strings.Count(string(text), want); got != n {
				t.Errorf("%s: %q stands there %d times, want %d\n%s", name, want, got, n, text)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dist, "checksums.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := homes("v1.2.3", dist); err == nil {
		t.Error("a release without archives is taken")
	}
}
