package deletion

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
)

// pluginRun is what is kept of plugins while they run.
type pluginRun struct {
	redactor *redaction.Redactor
	actions  []string            // of plugins that ran, in their order
	items    map[string][]string // by action
}

// beginPlugins gives the actions of plugins their scopes, and the Backup. They find it in the cluster that they ask as well.
func (r *run) beginPlugins(ctx context.Context, t *Target) error {
	r.plugins = &pluginRun{redactor: &redaction.Redactor{Key: func() ([]byte, error) { return t.Source.RedactionKey(ctx) }}, items: map[string][]string{}}
	known, err := learn(ctx, t.Source)
	if err != nil {
		return err
	}
	resolve := func(name string) string { full, _ := known.Resolve(name); return full }
	r.chain = r.chain.Within(func(of actions.Selector) actions.Scope { return filters.NewScope(of, resolve) })
	backup := object.New()
	if err := t.Source.ReadBackupObject(func(in io.Reader) error {
		text, err := io.ReadAll(in)
		if err == nil {
			backup, err = object.Parse(text)
		}
		return err
	}); err != nil {
		return err
	}
	if err := backup.Put(object.Text("Deleting"), "status", "phase"); err != nil {
		return err
	}
	if r.backup.AsRun, err = withoutKind(backup); err != nil || t.PluginCluster == nil {
		return err
	}
	backup.Set("apiVersion", object.Text("velero.io/v1"))
	backup.Set("kind", object.Text("Backup"))
	return t.PluginCluster.Begin([]*object.Value{backup})
}

// withoutKind is the Backup as Velero's client reads it.
func withoutKind(backup *object.Value) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(backup.JSON(), &members); err != nil {
		return nil, err
	}
	delete(members, "apiVersion")
	delete(members, "kind")
	return json.Marshal(members)
}

// learn reads what resources the cluster serves, as far as the backup tells.
func learn(ctx context.Context, src *tarball.Source) (*discovery.Resolver, error) {
	known := discovery.New()
	return known, src.Each(ctx, func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil //nolint:nilerr // what is no item tells nothing
		}
		if key.Resource != layout.CRDs {
			known.AddFolder(key.Resource, key.Namespace != "")
			return nil
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		if crd, err := object.Parse(slices.Clone(body)); err == nil && crd.Kind() == object.Object {
			known.AddCRD(crd)
		}
		return nil
	})
}

// ran notes that an action of a plugin ran on an item.
func (p *pluginRun) ran(a *actions.Link, key layout.ItemKey) {
	if p == nil || a.Plugin == "" {
		return
	}
	if p.items[a.Name] == nil {
		p.actions = append(p.actions, a.Name)
	}
	p.items[a.Name] = append(p.items[a.Name], key.String())
}

// told is an error without the values of a Secret.
func (p *pluginRun) told(key layout.ItemKey, item *object.Value, err error) string {
	if p == nil || item == nil {
		return err.Error()
	}
	return p.redactor.Of(key.Resource, item).Text(err.Error())
}

// concludePlugins tells on which items the actions of plugins ran, and what they asked the cluster.
func (r *run) concludePlugins(t *Target) error {
	if r.plugins == nil {
		return nil
	}
	for _, name := range r.plugins.actions {
		items := slices.Sorted(slices.Values(r.plugins.items[name]))
		of := items[0]
		if len(items) > 1 {
			of = fmt.Sprintf("%s and %d more", of, len(items)-1)
		}
		r.plan.Findings = append(r.plan.Findings, report.Finding{ID: "plugin-action", Severity: report.Notice, Subject: name, Items: items, Message: fmt.Sprintf(
			"Velero runs %s for %s when it deletes the backup", name, of)})
	}
	if t.PluginCluster != nil {
		r.plan.Findings = append(r.plan.Findings, t.PluginCluster.Findings()...)
	}
	return nil
}
