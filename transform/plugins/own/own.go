// Package own is veltx as a plugin of Velero: a RestoreItemAction that edits items by the rules of a ConfigMap in Velero's
// namespace, labelled as those of Velero's own actions are. `restore-preview --plugin` runs it as Velero does.
package own

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/plugins/rules"
	"github.com/veltx/veltx/transform/plugins/serve"
	"github.com/veltx/veltx/transform/plugins/wire"
)

// Action is the name of the action, and the label by which its ConfigMap is found.
const Action = "veltx.io/rules"

// first is how the name of the program's file ends where Velero is older than 1.11: such a server does not start with actions
// of version 2, and one that has both versions would run each of them.
const first = "-v1"

// IsCalled says whether a program is to be a plugin; getenv is that of its environment.
func IsCalled(getenv func(string) string) bool { return getenv(wire.CookieName) == wire.CookieValue }

// Serve is the plugin until Velero ends it. Program is what it was started as; where it listens is said on out.
func Serve(ctx context.Context, program string, getenv func(string) string, out io.Writer) error {
	a := newAction(ctx, getenv)
	server := &serve.Server{Folder: getenv("PLUGIN_UNIX_SOCKET_DIR"), Actions: []serve.Action{{
		Name: Action, V2: isV2(program), AppliesTo: a.appliesTo, Execute: a.execute,
	}}}
	return server.Serve(ctx, out)
}

// isV2 says whether the action is of version 2.
func isV2(program string) bool {
	return !strings.HasSuffix(strings.TrimSuffix(filepath.Base(program), ".exe"), first)
}

// action is the action in one process, which Velero starts anew for each restore.
type action struct {
	ctx    context.Context
	config func(context.Context) (*config, error)

	mu      sync.Mutex
	rules   *rules.Rules   // nil before they are read
	restore *rules.Restore // for the Restore that was sent last
	sent    string
}

func newAction(ctx context.Context, getenv func(string) string) *action {
	return &action{ctx: ctx, config: func(ctx context.Context) (*config, error) { return readConfig(ctx, getenv) }}
}

// nothing is the selector of an action without rules. An empty one would be for everything.
var nothing = wire.Selector{ExcludedResources: []string{"*"}}

// appliesTo reads the rules. Velero restores nothing where it cannot be told what an action applies to, so that rules with a
// mistake end a restore before anything is restored without them.
func (a *action) appliesTo() (wire.Selector, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.read(); err != nil {
		return wire.Selector{}, err
	}
	if a.rules == nil {
		return nothing, nil
	}
	return wire.Selector{IncludedResources: a.rules.Resources()}, nil
}

// read reads the rules anew.
func (a *action) read() error {
	a.rules, a.restore = nil, nil
	c, err := a.config(a.ctx)
	if c == nil || err != nil {
		return err
	}
	a.rules, err = c.parse()
	return err
}

// execute edits an item. A process that was started in the middle of a restore reads the rules first.
func (a *action) execute(r *wire.ExecuteRequest) (*wire.ExecuteResponse, error) {
	in, err := a.inRestore(r.Restore)
	if err != nil {
		return nil, err
	}
	item, err := object.Parse(r.Item)
	if err != nil {
		return nil, fmt.Errorf("the item is no JSON: %w", err)
	}
	original, err := object.Parse(r.ItemFromBackup)
	if err != nil {
		return nil, fmt.Errorf("the item as it stands in the backup is no JSON: %w", err)
	}
	if in != nil {
		if err := in.Apply(item, original); err != nil {
			return nil, err
		}
	}
	return &wire.ExecuteResponse{Item: item.JSON()}, nil
}

// inRestore are the rules in a restore; nil where there are none.
func (a *action) inRestore(restore []byte) (*rules.Restore, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.restore != nil && a.sent == string(restore) {
		return a.restore, nil
	}
	if a.rules == nil {
		if err := a.read(); a.rules == nil || err != nil {
			return nil, err
		}
	}
	var r velero.Restore
	if err := json.Unmarshal(restore, &r); err != nil {
		return nil, fmt.Errorf("the Restore: %w", err)
	}
	a.restore, a.sent = a.rules.In(r.Spec.NamespaceMapping), string(restore)
	return a.restore, nil
}
