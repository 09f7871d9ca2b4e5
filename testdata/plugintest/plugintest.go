// Package plugintest has plugins made for tests: what their actions do, in the words of neither Velero's framework nor veltx. The
// same actions are served by Velero's framework in testdata/plugins, and by package serve in the tests of veltx, so that the
// real Velero and veltx run them over the same cases.
//
// A program is one of the plugins by the name of its file.
package plugintest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/veltx/veltx/transform/plugins/own"
	"github.com/veltx/veltx/transform/plugins/serve"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// Action is an action of any kind.
type Action struct {
	Name     string
	Kind     wire.Kind // "" for a RestoreItemAction
	V2       bool
	Selector wire.Selector
	Asks     bool // it asks the cluster
	Execute  func(*Input) (*Output, error)
	Ready    func([]wire.ResourceID) (bool, error) // nil: they are
	Progress func(operation string) (wire.Progress, error)
}

// Input is what an action is given.
type Input struct {
	Item, FromBackup, Restore map[string]any
	Backup                    map[string]any // in the place of the last two, of other actions
	Cluster                   Cluster        // nil: it looks for one by itself
}

// Output is what it answers.
type Output struct {
	Item       map[string]any    // nil leaves it as it was
	Raw        []byte            // what is sent in the place of the item, where Velero's framework lets an action do so
	Additional []wire.ResourceID // or related ones
	Later      []wire.ResourceID // that are backed up once more after the operation
	Skip       bool
	Operation  string
	Wait       bool
	Timeout    time.Duration
}

// Metadata is the item's metadata, or a map in it.
func (in *Input) Metadata(path ...string) map[string]any {
	at := in.Item
	for _, name := range append([]string{"metadata"}, path...) {
		inner, _ := at[name].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			at[name] = inner
		}
		at = inner
	}
	return at
}

// Annotation is an annotation of the item.
func (in *Input) Annotation(name string) string {
	text, _ := in.Metadata("annotations")[name].(string)
	return text
}

// BecomePlugin makes the program the plugin that its file is called after, if it was started to be one; else it returns.
func BecomePlugin() {
	if os.Getenv(wire.CookieName) != wire.CookieValue {
		return
	}
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if IsOwn(name) {
		end(own.Serve(context.Background(), os.Args[0], os.Getenv, os.Stdout))
	}
	if name == StoresPlugin {
		serveStores()
	}
	if be, ok := hostile[name]; ok {
		be()
		os.Exit(0)
	}
	actions, ok := Plugins[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "there is no test plugin %s\n", name)
		os.Exit(1)
	}
	server := &serve.Server{}
	add(server, actions)
	end(server.Serve(context.Background(), os.Stdout))
}

// IsOwn says whether a test plugin is veltx itself, as it stands or as a plugin of version 1.
func IsOwn(name string) bool { return name == "veltx" || name == "veltx-v1" }

// end ends the process.
func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// add adds actions for package serve.
func add(to *serve.Server, actions []Action) {
	for _, a := range actions {
		if a.Kind == "" {
			to.Actions = append(to.Actions, a.served())
			continue
		}
		to.Items = append(to.Items, a.servedItem())
	}
}

// served is the RestoreItemAction for package serve.
func (a Action) served() serve.Action {
	s := serve.Action{
		Name: a.Name, V2: a.V2,
		AppliesTo: func() (wire.Selector, error) { return a.Selector, nil },
		Execute:   a.execute,
	}
	if a.Ready != nil {
		s.Ready = func(r *wire.ReadyRequest) (bool, error) { return a.Ready(r.Additional) }
	}
	if a.Progress != nil {
		s.Progress = func(r *wire.OperationRequest) (*wire.Progress, error) {
			p, err := a.Progress(r.OperationID)
			return &p, err
		}
		s.Cancel = func(*wire.OperationRequest) error { return nil }
	}
	return s
}

func (a Action) execute(r *wire.ExecuteRequest) (*wire.ExecuteResponse, error) {
	var in Input
	for into, text := range map[*map[string]any][]byte{&in.Item: r.Item, &in.FromBackup: r.ItemFromBackup, &in.Restore: r.Restore} {
		if err := json.Unmarshal(text, into); err != nil {
			return nil, err
		}
	}
	out, err := a.Execute(&in)
	if err != nil {
		return nil, err
	}
	response := &wire.ExecuteResponse{
		Item: r.Item, Additional: out.Additional, Skip: out.Skip, OperationID: out.Operation, Wait: out.Wait, Timeout: out.Timeout,
	}
	switch {
	case out.Raw != nil:
		response.Item = out.Raw
	case out.Item != nil:
		response.Item, err = json.Marshal(out.Item)
	}
	return response, err
}

// LinkAll makes test plugins appear in a folder: veltx, where they are that, else the program with all others.
func LinkAll(program, veltx, folder string, names ...string) error {
	for _, name := range names {
		from := program
		if IsOwn(name) {
			from = veltx
		}
		if from == "" {
			return fmt.Errorf("no program is given that is the plugin %s", name)
		}
		if err := Link(from, folder, name); err != nil {
			return err
		}
	}
	return nil
}

// Link makes the program at a path appear in a folder under the names of test plugins.
func Link(program, folder string, names ...string) error {
	for _, name := range names {
		at := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if os.Link(program, at) == nil {
			continue
		}
		data, err := os.ReadFile(program)
		if err != nil {
			return err
		}
		if err := os.WriteFile(at, data, 0o755); err != nil {
			return err
		}
	}
	return nil
}
