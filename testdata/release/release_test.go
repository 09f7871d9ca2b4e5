package main

import (
	"fmt"
	"os"
	"os/exec"
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

// The check of the package is itself tried, on a deb that dpkg-deb packs of the same files as the release's.
func TestAPackageIsInstalledInARootOfItsOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a binary has to be built")
	}
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("no dpkg-deb on this machine: no package was installed")
	}
	root, deb := t.TempDir(), filepath.Join(t.TempDir(), "veltx.deb")
	run := func(name string, arguments ...string) string {
		out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, arguments, err, out)
		}
		return string(out)
	}
	run("go", "build", "-o", filepath.Join(root, "usr/bin/veltx"), "github.com/veltx/veltx")
	made := t.TempDir()
	if err := texts(made, time.Unix(1_700_000_000, 0).UTC()); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		made + "/man": "usr/share/man/man1", made + "/completions/veltx.bash": "usr/share/bash-completion/completions/veltx", "../../LICENSE": "usr/share/doc/veltx/copyright",
	} {
		to = filepath.Join(root, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		run("cp", "-r", from, to)
	}
	control := "Package: veltx\nVersion: 0.0.1\nArchitecture: amd64\nMaintainer: nobody <nobody@example.com>\nDescription: a test\n"
	if err := os.Mkdir(filepath.Join(root, "DEBIAN"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "DEBIAN/control"), []byte(control), 0o644); err != nil {
		t.Fatal(err)
	}
	run("chmod", "755", root)
	run("dpkg-deb", "--build", "--root-owner-group", root, deb)
	if told := run("./install.sh", deb); !strings.Contains(told, "the deb installs") && !strings.Contains(told, "SKIPPED") {
		t.Errorf("got %s", told)
	}
}
