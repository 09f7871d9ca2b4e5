package deletion

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// run runs the delete item actions over the items of a backup.
type run struct {
	plan    *Plan
	chain   *actions.Chain
	backup  *actions.Backup
	plugins *pluginRun // nil without plugins
}

// runActions asks the delete item actions about the items that they apply to. One that fails only says so, as in Velero.
// Source: v1.18.2 internal/delete/delete_item_action_handler.go:48-130.
func (p *Plan) runActions(ctx context.Context, t *Target, backup *actions.Backup) error {
	chain, err := actions.NewChain(t.Actions, nil)
	if err != nil {
		return err
	}
	r := &run{plan: p, chain: chain, backup: backup}
	if len(t.Plugins) > 0 {
		if err := r.beginPlugins(ctx, t); err != nil {
			return err
		}
	}
	if err := t.Source.Each(ctx, r.see); err != nil {
		return err
	}
	return r.concludePlugins(t)
}

func (r *run) see(e *tarball.Entry) error {
	key, err := layout.Parse(e.Path)
	if err != nil || key.VersionDir != "" {
		return nil //nolint:nilerr // what is no item concerns no action
	}
	for _, a := range r.chain.For(key.Resource) {
		if !a.In(key.Namespace) {
			continue
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		if err := r.runAction(a, key, slices.Clone(body)); err != nil {
			return err
		}
	}
	return nil
}

// runAction runs an action on an item. An error ends the run; one of the action itself is a finding.
func (r *run) runAction(a *actions.Link, key layout.ItemKey, body []byte) error {
	item, failure := object.Parse(body)
	if failure == nil && item.Kind() != object.Object {
		failure = errors.New("is not an object")
	}
	if failure == nil && !a.Takes(item) {
		return nil
	}
	var out *actions.Output
	if failure == nil {
		out, _, failure = a.Run(&actions.Input{
			Profile: actions.V1_18, Resource: key.Resource, Item: item, ItemFromBackup: item, Namespace: key.Namespace, Backup: r.backup,
		}, &actions.Fit{})
	}
	if broken := new(actions.Broken); errors.As(failure, &broken) {
		return fmt.Errorf("%s: %s: %w", key, a.Name, failure)
	}
	if failure != nil {
		text := r.plugins.told(key, item, failure)
		r.plan.find(report.Warning, "delete-action-failed", key.String()+": "+a.Name+": "+text+"; Velero goes on without it")
		return nil
	}
	r.plugins.ran(a, key)
	r.plan.take(a, key, out)
	return nil
}

// take takes what an action says of an item.
func (p *Plan) take(a *actions.Link, key layout.ItemKey, out *actions.Output) {
	if out == nil {
		return
	}
	for _, d := range out.Deletes {
		p.Outside = append(p.Outside, Outside{What: d.What, ID: d.ID, Of: key.String(), Velero: true, How: d.How, Action: a.Name})
	}
	for _, n := range out.Notes {
		p.Outside = append(p.Outside, Outside{What: "data of " + key.Resource, Of: key.String(), How: n.Text, Action: a.Name})
	}
}
