package plugins_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/plugintest"
	"github.com/veltx/veltx/transform/plugins"
)

func TestMain(m *testing.M) {
	if is, err := plugins.BecomePlugin(os.Args, os.Environ(), os.Stdout); is {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	plugintest.BecomePlugin()
	os.Exit(m.Run())
}

// binaries are test plugins in a folder: this very program under their names.
func binaries(t *testing.T, names ...string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, names...); err != nil {
		t.Fatal(err)
	}
	return folder
}

// host runs test plugins.
func host(t *testing.T, o plugins.Options, names ...string) *plugins.Host {
	t.Helper()
	h, err := plugins.Start(t.Context(), []string{binaries(t, names...)}, o)
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

// action is the only action of a plugin.
func action(t *testing.T, h *plugins.Host, profile actions.Profile) actions.Action {
	t.Helper()
	list, err := h.RestoreItemActions(profile, nil)
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// execute runs an action on an item.
func execute(t *testing.T, a actions.Action, item string) (*object.Value, *actions.Output, error) {
	t.Helper()
	in := &actions.Input{Item: object.MustParse(item), ItemFromBackup: object.MustParse(item), AsRun: &velero.Restore{}}
	out, err := a.Execute(in)
	return in.Item, out, err
}

func TestActionsRunInVelerosOrder(t *testing.T) {
	h := host(t, plugins.Options{}, "order-b", "sub/order-a", "two-versions")
	own := builtin.Restore(actions.Newest)
	list, err := h.RestoreItemActions(actions.Newest, own)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range list[len(own):] {
		text := a.Name
		if a.V2 {
			text += " v2"
		}
		if a.Feature != "" {
			text += " " + a.Feature
		}
		got = append(got, text)
	}
	// order-b, sub/order-a, two-versions: a name in both versions is of version 2 both times.
	want := []string{
		"example.com/a1", "example.com/z2 v2", "velero.io/csi-like v2 EnableCSI",
		"example.com/z1", "example.com/a2 v2", "example.com/b2 v2",
		"example.com/both v2", "example.com/both v2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAPluginTakesThePlaceOfOneOfVelerosActions(t *testing.T) {
	h := host(t, plugins.Options{}, "in-place-of-velero")
	list, err := h.RestoreItemActions(actions.Newest, builtin.Restore(actions.Newest))
	if err != nil {
		t.Fatal(err)
	}
	places := 0
	for _, a := range list {
		if a.Name == "velero.io/pod" && a.Plugin != "" {
			places++
		}
	}
	if places != 2 {
		t.Errorf("it stands in %d places, want 2", places)
	}
}

func TestThePluginsAreDescribed(t *testing.T) {
	h := host(t, plugins.Options{}, "order-a")
	list := h.Plugins()
	if len(list) != 1 {
		t.Fatalf("got %+v", list)
	}
	p := list[0]
	want := []string{"RestoreItemAction example.com/z1", "RestoreItemActionV2 example.com/a2", "RestoreItemActionV2 example.com/b2"}
	if filepath.Base(p.Path) != "order-a" || len(p.SHA256) != 64 || !strings.HasPrefix(p.Module, "github.com/veltx/veltx") || !slices.Equal(p.Names, want) {
		t.Errorf("got %+v", p)
	}
}

func TestAnItemKeepsWhatThePluginDoesNotTouch(t *testing.T) {
	h := host(t, plugins.Options{}, "edit")
	const item = `{"kind":"ConfigMap","z":1.0,"y":{"b":1e3,"a":2},"metadata":{"annotations":{"example.com/edit":"{\"y\":{\"a\":3}}"},"name":"c"},"apiVersion":"v1","big":12345678901234567890}`
	got, _, err := execute(t, action(t, h, actions.Newest), item)
	if want := strings.Replace(item, `"a":2`, `"a":3`, 1); err != nil || string(got.JSON()) != want {
		t.Errorf("got  %s, %v\nwant %s", got.JSON(), err, want)
	}
}

func TestErrorsAreThoseOfVelero(t *testing.T) {
	h := host(t, plugins.Options{}, "fail")
	a := action(t, h, actions.Newest)
	for how, want := range map[string]string{
		"error":       "rpc error: code = Unknown desc = it is not what it should be: 100 % wrong",
		"panic":       "rpc error: code = Aborted desc = plugin panicked: boom",
		"panic-error": "rpc error: code = Aborted desc = plugin panicked: boom, stack trace: ",
		"nil":         "rpc error: code = Aborted desc = plugin panicked: runtime error: invalid memory address or nil pointer dereference, stack trace: ",
		"die":         "rpc error: code = Unavailable desc = error reading from server: EOF",
		"no-kind":     "Object 'Kind' is missing in '{\"metadata\":",
		"nothing":     "",
	} {
		_, _, err := execute(t, a, `{"kind":"ConfigMap","metadata":{"annotations":{"example.com/fail":"`+how+`"}}}`)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", how, got, want)
		}
		if broken := new(actions.Broken); errors.As(err, &broken) {
			t.Errorf("%s ends the run", how)
		}
	}
	if _, _, err := execute(t, a, `{"kind":"ConfigMap"}`); err != nil {
		t.Errorf("the plugin does not come back after it died: %v", err)
	}
}

func TestWhatAnActionAnswers(t *testing.T) {
	h := host(t, plugins.Options{}, "items", "items-v1", "skip", "operation")
	list, err := h.RestoreItemActions(actions.Newest, nil)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]actions.Action{}
	for _, a := range list {
		byName[a.Name] = a
	}
	const asking = `{"kind":"Pod","metadata":{"annotations":{"example.com/ask":"configmaps/shop/a deployments.apps/shop/b","example.com/wait":"yes"}}}`
	_, out, err := execute(t, byName["example.com/items"], asking)
	want := []actions.ItemRef{{Resource: "configmaps", Namespace: "shop", Name: "a"}, {Resource: "deployments.apps", Namespace: "shop", Name: "b"}}
	if err != nil || !slices.Equal(out.Additional, want) || !out.Wait || out.Timeout != 1500*time.Millisecond {
		t.Errorf("got %+v, %v", out, err)
	}
	if _, out, err := execute(t, byName["example.com/items-v1"], asking); err != nil || len(out.Additional) != 2 || out.Wait || byName["example.com/items-v1"].Ready != nil {
		t.Errorf("version 1 got %+v, %v", out, err)
	}
	in := &actions.Input{AsRun: &velero.Restore{}}
	for name, says := range map[string]string{"a": "true", "missing": "did not come", "panics": "plugin panicked: is it ready?"} {
		ready, err := byName["example.com/items"].Ready(in, []actions.ItemRef{{Resource: "deployments.apps", Name: name}})
		if got := fmt.Sprint(ready, err); !strings.Contains(got, says) {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if _, out, err := execute(t, byName["example.com/skip"], `{"kind":"ConfigMap","metadata":{"annotations":{"example.com/skip":"yes"}}}`); err != nil || out.Skip != "example.com/skip leaves it out" {
		t.Errorf("skip: got %+v, %v", out, err)
	}
	if _, out, err := execute(t, byName["example.com/operation"], `{"kind":"ConfigMap","metadata":{"name":"c"}}`); err != nil || out.Operation != "op-c" {
		t.Errorf("operation: got %+v, %v", out, err)
	}
}

func TestWhatIsNoPlugin(t *testing.T) {
	for name, want := range map[string]string{
		"ends-at-once":   "it ended before it said where it listens; it said: no configuration: /etc/it is missing",
		"says-nothing":   "it did not say within 500ms where it listens",
		"says-other":     `its first line is no handshake of a plugin: "hello, I am no plugin\n"`,
		"wants-tls":      "asks for TLS",
		"old-protocol":   "version 1 of Velero's plugin protocol",
		"elsewhere":      `it says that it listens at "/var/run/docker.sock", which is not in its folder`,
		"climbs-out":     "which is not in its folder",
		"by-tcp":         "veltx speaks to plugins by sockets in their folders only",
		"endless-line":   "its first line is no handshake",
		"no-socket":      "where no socket is",
		"no-plugins":     "it names no plugins",
		"wrong-name":     `invalid plugin name "noslash"`,
		"wrong-domain":   `"Example_com" is no DNS subdomain`,
		"wrong-kind":     `is of the kind "SomethingNew", which Velero does not know`,
		"same-as-velero": "Velero itself has a RestoreItemAction velero.io/pod as well",
		"not-there":      "Velero restores nothing, as it cannot ask example.com/not-there what it applies to: rpc error: code = Unknown desc = RestoreItemAction plugin: example.com/not-there was not found or has an invalid name format",
	} {
		t.Run(name, func(t *testing.T) {
			work := t.TempDir()
			timeout := plugins.DefaultTimeout
			if name == "says-nothing" {
				timeout = 500 * time.Millisecond
			}
			h, err := plugins.Start(t.Context(), []string{filepath.Join(binaries(t, name), name)}, plugins.Options{TempDir: work, Timeout: timeout})
			if err == nil {
				_, err = h.RestoreItemActions(actions.Newest, builtin.Restore(actions.Newest))
				if err := h.Close(); err != nil {
					t.Error(err)
				}
			}
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v, want %q", err, want)
			}
			if left, _ := os.ReadDir(work); len(left) > 0 {
				t.Errorf("%v is left behind", left)
			}
		})
	}
}

func TestKindsThatAReleaseDoesNotKnow(t *testing.T) {
	h := host(t, plugins.Options{}, "items")
	if _, err := h.RestoreItemActions(actions.V1_6, nil); err == nil || !strings.Contains(err.Error(), "which Velero 1.6 does not know") {
		t.Errorf("got %v", err)
	}
}

func TestPathsOfPlugins(t *testing.T) {
	folder := t.TempDir()
	empty, text := filepath.Join(folder, "empty"), filepath.Join(folder, "README")
	if err := errors.Join(os.Mkdir(empty, 0o755), os.WriteFile(text, []byte("x"), 0o644)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none"): "no such file", empty: "has no program in it", text: "is no program: make it executable",
	} {
		if _, err := plugins.Start(t.Context(), []string{path}, plugins.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
	both := binaries(t, "edit", "skip")
	h, err := plugins.Start(t.Context(), []string{filepath.Join(both, "skip"), both}, plugins.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if list := h.Plugins(); len(list) != 2 || filepath.Base(list[0].Path) != "skip" {
		t.Errorf("one that is given twice runs twice, or out of order: %+v", list)
	}
}

func TestATemporaryFolderTooDeepForSockets(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := plugins.Start(t.Context(), []string{binaries(t, "skip")}, plugins.Options{TempDir: deep})
	if err == nil || !strings.Contains(err.Error(), "too long for a socket") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(deep); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestWhatPluginsLogIsKept(t *testing.T) {
	var log bytes.Buffer
	h := host(t, plugins.Options{Log: &log}, "floods-logs")
	if _, _, err := execute(t, action(t, h, actions.Newest), `{"kind":"ConfigMap"}`); err != nil {
		t.Error(err)
	}
	if log.Len() > 1<<20 {
		t.Errorf("%d bytes of log", log.Len())
	}
}

func TestARunThatIsInterruptedLeavesNoProcess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	work := t.TempDir()
	h, err := plugins.Start(ctx, []string{binaries(t, "hangs")}, plugins.Options{TempDir: work})
	if err != nil {
		t.Fatal(err)
	}
	a := action(t, h, actions.Newest)
	time.AfterFunc(300*time.Millisecond, cancel)
	began := time.Now()
	_, _, err = execute(t, a, `{"kind":"ConfigMap"}`)
	if broken := new(actions.Broken); !errors.As(err, &broken) || !errors.Is(err, context.Canceled) || time.Since(began) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(work); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestAPluginThatHangsOrFloodsEndsTheRun(t *testing.T) {
	for name, want := range map[string]string{
		"hangs":  "hangs did not answer Execute within 2s and was killed: give it more time with --plugin-timeout, or do without it",
		"floods": "floods answered Execute with message too large",
	} {
		t.Run(name, func(t *testing.T) {
			o := plugins.Options{Timeout: 30 * time.Second}
			if name == "hangs" {
				o.Timeout = 2 * time.Second
			}
			_, _, err := execute(t, action(t, host(t, o, name), actions.Newest), `{"kind":"ConfigMap"}`)
			if broken := new(actions.Broken); !errors.As(err, &broken) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}

func TestAnItemThatIsNone(t *testing.T) {
	for name, want := range map[string]string{"no-json": "returns an item that is no JSON", "list": "Object 'Kind' is missing"} {
		_, _, err := execute(t, action(t, host(t, plugins.Options{}, name), actions.Newest), `{"kind":"ConfigMap"}`)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

func BenchmarkExecute(b *testing.B) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	if err := plugintest.Link(program, folder, "skip"); err != nil {
		b.Fatal(err)
	}
	h, err := plugins.Start(b.Context(), []string{folder}, plugins.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	list, err := h.RestoreItemActions(actions.Newest, nil)
	if err != nil {
		b.Fatal(err)
	}
	text := []byte(`{"kind":"ConfigMap","metadata":{"name":"c","namespace":"shop"},"data":{"a":"` + strings.Repeat("x", 2000) + `"}}`)
	restore := &velero.Restore{}
	b.ReportAllocs()
	for b.Loop() {
		item, err := object.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := list[0].Execute(&actions.Input{Item: item, ItemFromBackup: item, AsRun: restore}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	if err := plugintest.Link(program, folder, "skip"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h, err := plugins.Start(b.Context(), []string{folder}, plugins.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
