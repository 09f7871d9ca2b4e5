package plugins

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
)

// cages are the ways in which a plugin may be held in, as far as this machine allows them.
func cages(t *testing.T, plugin string, test func(t *testing.T, h *Host, a actions.Action)) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, plugin); err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"namespaces", "landlock"} {
		t.Run(way, func(t *testing.T) {
			h, err := Start(t.Context(), []string{folder}, Options{Timeout: 20 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := h.Close(); err != nil {
					t.Error(err)
				}
			}()
			if way == "landlock" {
				h.binaries[0].stop()
				h.cage.spaces = false
				if err := h.cage.probe(t.Context(), h.work); err != nil {
					t.Fatal(err)
				}
			}
			if !h.Holds().Files || way == "namespaces" && !h.cage.spaces {
				t.Skipf("not on this machine: %s", h.Holds().Lacks())
			}
			list, err := h.RestoreItemActions(actions.Newest, nil)
			if err != nil {
				t.Fatal(err)
			}
			test(t, h, list[0])
		})
	}
}

// on runs an action on a ConfigMap with an annotation, and returns the annotations.
func on(t *testing.T, a actions.Action, name, value string) (map[string]string, error) {
	t.Helper()
	item := object.MustParse(fmt.Sprintf(`{"kind":"ConfigMap","metadata":{"annotations":{%q:%q}}}`, name, value))
	_, err := a.Execute(&actions.Input{Item: item, ItemFromBackup: item, AsRun: &velero.Restore{}})
	return item.Annotations(), err
}

func TestAPluginFindsNothingInItsEnvironment(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hush")
	cages(t, "looks-out", func(t *testing.T, h *Host, a actions.Action) {
		h.options.VeleroNamespace = "velero"
		h.binaries[0].stop()
		found, err := on(t, a, "a", "b")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(found["folder"], h.work) {
			t.Errorf("it is in %s, and not in its folder below %s", found["folder"], h.work)
		}
		folder := found["folder"]
		want := "VELERO_PLUGIN=hello\nPLUGIN_MIN_PORT=10000\nPLUGIN_MAX_PORT=25000\nPLUGIN_PROTOCOL_VERSIONS=2\nPLUGIN_UNIX_SOCKET_DIR=" + folder +
			"\nTMPDIR=" + folder + "\nTMP=" + folder + "\nHOME=" + folder + "\nVELERO_NAMESPACE=velero\nVELERO_SCRATCH_DIR=" + folder
		if found["environment"] != want {
			t.Errorf("it finds %q, want %q", found["environment"], want)
		}
	})
}

func TestAPluginReachesNothingOutsideItsFolder(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("hush"), 0o644); err != nil {
		t.Fatal(err)
	}
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	socket, err := net.Listen("unix", filepath.Join(outside, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	cages(t, "breaks-out", func(t *testing.T, h *Host, a actions.Action) {
		for try, may := range map[string]bool{
			"own":                                      true,
			"read " + secret:                           false,
			"list " + outside:                          false,
			"list /home":                               false,
			"list /root":                               false,
			"write " + outside + "/new":                false,
			"write /tmp/veltx-was-here":                false,
			"write /etc/veltx-was-here":                false,
			"write /usr/lib/veltx-was-here":            false,
			"write /veltx-was-here":                    false,
			"write /dev/shm/veltx-was-here":            false,
			"read /dev/null":                           true,
			"large":                                    false,
			"rights":                                   false,
			"dial tcp " + web.Addr().String():          false,
			"dial unix " + filepath.Join(outside, "s"): h.cage.spaces == false, // Landlock holds no sockets
		} {
			found, err := on(t, a, "try", try)
			if err != nil {
				t.Errorf("%s: %v", try, err)
			}
			if did := found["result"] == "done"; did != may {
				t.Errorf("%s: %s", try, found["result"])
			}
		}
		for _, path := range []string{outside + "/new", "/tmp/veltx-was-here", "/etc/veltx-was-here", "/usr/lib/veltx-was-here", "/veltx-was-here", "/dev/shm/veltx-was-here"} {
			if os.Remove(path) == nil {
				t.Errorf("%s was written", path)
			}
		}
	})
}

func TestChildrenOfAPluginDieWithIt(t *testing.T) {
	cages(t, "children", func(t *testing.T, h *Host, a actions.Action) {
		if !h.cage.spaces {
			t.Skip("without namespaces, a child that leaves its group and session is not found")
		}
		if _, err := on(t, a, "a", "b"); err != nil {
			t.Fatal(err)
		}
		children := childrenOf(t, h.binaries[0].process.cmd.Process.Pid)
		if len(children) == 0 {
			t.Fatal("it has no child")
		}
		h.binaries[0].stop()
		for _, child := range children {
			for range 100 {
				if syscall.Kill(child, 0) != nil {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			if err := syscall.Kill(child, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("process %d is left: %v", child, err)
			}
		}
	})
}

func childrenOf(t *testing.T, pid int) (list []int) {
	t.Helper()
	all, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // the thread is gone
		}
		for _, field := range strings.Fields(string(text)) {
			var child int
			if _, err := fmt.Sscan(field, &child); err == nil {
				list = append(list, child)
			}
		}
	}
	return list
}

func TestAPluginThatNeedsTooMuchMemoryEndsTheRun(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it fills 2 GiB, beside which the race detector has none")
	}
	cages(t, "eats-memory", func(t *testing.T, h *Host, a actions.Action) {
		if h.cage.spaces {
			t.Skip("the bound is the same")
		}
		_, err := on(t, a, "a", "b")
		if broken := new(actions.Broken); !errors.As(err, &broken) || !strings.Contains(err.Error(), "needed more than 2 GiB of memory") {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatDoesNotHoldIsSaid(t *testing.T) {
	for want, holds := range map[string]Holds{
		"":                                    {Network: true, Files: true, Memory: true},
		"can use the network (no namespaces)": {Files: true, Memory: true, Why: "no namespaces"},
		"can use the network, can read and write your files and can use all of the memory (elsewhere)": {Why: "elsewhere"},
	} {
		if got := holds.Lacks(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAPluginFindsTheClusterOnTheLoopbackAlone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // another service of the machine
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, way := range []string{"namespaces", "landlock"} {
		t.Run(way, func(t *testing.T) {
			cluster, err := clusterapi.New(clusterapi.Options{
				Target:          []*object.Value{object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"},"data":{"k":"v"}}`)},
				VeleroNamespace: "velero", Release: "1.33",
				Served: []clusterapi.Served{{Version: "v1", Name: "configmaps", Kind: "ConfigMap", Namespaced: true}},
			})
			if err != nil {
				t.Fatal(err)
			}
			h := started(t, Options{Timeout: 20 * time.Second, VeleroNamespace: "velero", Cluster: cluster}, "asks-cluster", "breaks-out")
			if way != "namespaces" {
				for _, b := range h.binaries {
					b.stop()
				}
				h.cage.spaces = false
				if err := h.cage.probe(t.Context(), h.work); err != nil {
					t.Fatal(err)
				}
			} else if !h.cage.spaces {
				t.Skip("no namespaces on this machine")
			}
			list, err := h.RestoreItemActions(actions.Newest, nil)
			if err != nil {
				t.Fatal(err)
			}
			found, err := on(t, list[0], "example.com/requests", "GET /api/v1/namespaces/shop/configmaps/a\nAWAIT /api/v1/namespaces/shop/configmaps a\nDELETE /api/v1/namespaces/shop/configmaps/a")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := found["example.com/answers"], "200 shop/a{\"k\":\"v\"}\na\n403 Failure Forbidden"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if !h.Holds().Network {
				return // this kernel's Landlock knows no TCP
			}
			if found, err = on(t, list[1], "try", "dial tcp "+listener.Addr().String()); err != nil || found["result"] == "done" {
				t.Errorf("it reaches another service of the machine: %v, %v", found, err)
			}
		})
	}
}

// started starts test plugins, in the order of their names.
func started(t *testing.T, o Options, names ...string) *Host {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, names...); err != nil {
		t.Fatal(err)
	}
	h, err := Start(t.Context(), []string{folder}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}
