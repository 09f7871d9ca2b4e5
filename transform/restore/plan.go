package restore

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Plan is what the rewriting of an archive goes by: what its stages share, and which items a restore would take.
type Plan struct {
	// Env is for the stages that run ahead. Any number of items may be on their way through them at once.
	Env *pipeline.Env
	// Summary is the one of the rewriting: it begins with what is known of the options and, where the restore was
	// simulated, with the items that the filters leave out.
	Summary *report.Summary
	// Takes says whether a restore takes the item. It may be called by several goroutines.
	Takes func(layout.ItemKey) bool
	// Findings adds what only the simulated restore can tell, if there was one.
	Findings func(*report.Summary)
	// Close removes what was kept for the plan.
	Close func() error
}

// NewPlan makes a plan; without an error the caller closes it. The restore is simulated only where the selection or a
// storage class depends on other items: else all items are taken.
func NewPlan(ctx context.Context, src *tarball.Source, o *Options) (*Plan, error) {
	quiet := *o
	quiet.Unread = report.Changes | report.Values | report.Objects
	if dependsOnOthers(&quiet) {
		return simulate(ctx, src, &quiet)
	}
	set, err := newSetting(src, &quiet, func(layout.Address) *object.Value { return nil })
	if err != nil {
		return nil, err
	}
	return &Plan{
		Env: ahead(set.env), Summary: set.summary, Takes: func(layout.ItemKey) bool { return true },
		Findings: func(*report.Summary) {}, Close: func() error { return nil },
	}, nil
}

// dependsOnOthers says whether what becomes of an item can depend on others: with any filter, since actions bring items
// in that it leaves out, and with a mapping of storage classes, whose new ones may be among the items.
func dependsOnOthers(o *Options) bool {
	spec := &o.Restore.Spec
	everything := filters.NewPair(spec.IncludedNamespaces, spec.ExcludedNamespaces).Everything() &&
		filters.NewPair(spec.IncludedResources, spec.ExcludedResources).Everything()
	return !everything || spec.IncludeClusterResources != nil || spec.LabelSelector != nil || spec.OrLabelSelectors != nil ||
		slices.ContainsFunc(o.Target, func(t *object.Value) bool {
			return t.ObjectKind() == "ConfigMap" && t.Namespace() == o.Restore.Namespace
		})
}

// simulate restores the backup for the plan alone.
func simulate(ctx context.Context, src *tarball.Source, o *Options) (*Plan, error) {
	quiet := report.SinkFunc(func(*report.Item) error { return nil })
	w, err := newWalk(ctx, src, o, quiet, func(*pipeline.Item) error { return nil })
	if err != nil {
		return nil, err
	}
	if err := w.restore(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	env := ahead(w.env)
	env.Backup.Get = serially(w.from.get)
	summary := newSummary(o)
	summary.LeftOut = w.exit.summary.LeftOut
	w.target.view.Forget(neededNoMore(w.env.Chain, env.Chain))
	return &Plan{
		Env: env, Summary: summary, Close: w.close,
		Takes:    func(key layout.ItemKey) bool { return w.from.Restored(key.Plain()) },
		Findings: w.exit.watchers.ConcludeMappings,
	}, nil
}

// ahead is the environment of the stages that run ahead.
func ahead(env *pipeline.Env) *pipeline.Env {
	later, backup := *env, *env.Backup
	later.Chain, later.Archive, later.Backup = env.Chain.Ahead(), true, &backup
	return &later
}

// serially lets several goroutines read items, one at a time.
func serially(get func(layout.Address) *object.Value) func(layout.Address) *object.Value {
	var one sync.Mutex
	return func(ref layout.Address) *object.Value {
		one.Lock()
		defer one.Unlock()
		return get(ref)
	}
}

// neededNoMore are the resources of the target for which nothing asks that works ahead. Volumes look among ConfigMaps for
// what was moved.
func neededNoMore(all, later *actions.Chain) []string {
	return slices.DeleteFunc(slices.Clone(all.Needs()), func(resource string) bool {
		return resource == layout.ConfigMaps || slices.Contains(later.Needs(), resource)
	})
}
