package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/references"
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
	// Close removes what was kept for the plan.
	Close func() error
}

// NewPlan makes a plan; without an error the caller closes it. The restore is simulated only where what becomes of an item
// depends on others: else all items are taken.
func NewPlan(ctx context.Context, src *tarball.Source, o *Options) (*Plan, error) {
	quiet := *o
	quiet.ahead = true
	quiet.Unread = report.Changes | report.Values | report.Objects
	set, err := newSetting(src, &quiet, func(layout.Address) *object.Value { return nil }, references.None{})
	if err != nil {
		return nil, err
	}
	if selects(&quiet) || lacksMappedClass(set.env) {
		return simulate(ctx, src, &quiet)
	}
	if needsObjects(&quiet) || set.env.Chain.HasPlugins() { // these name resources as discovery resolves them
		return withObjects(ctx, src, &quiet)
	}
	return &Plan{
		Env: ahead(set.env), Summary: set.summary, Takes: func(layout.ItemKey) bool { return true },
		Close: func() error { return nil },
	}, nil
}

// selects says whether there is any filter: actions bring items in that it leaves out.
func selects(o *Options) bool {
	spec := &o.Restore.Spec
	everything := filters.NewPair(spec.IncludedNamespaces, spec.ExcludedNamespaces).Everything() &&
		filters.NewPair(spec.IncludedResources, spec.ExcludedResources).Everything()
	return !everything || spec.IncludeClusterResources != nil || spec.LabelSelector != nil || spec.OrLabelSelectors != nil || o.Policies != nil
}

// needsObjects says whether it has to be known which objects the backup has: references that are likely depend on them.
func needsObjects(o *Options) bool {
	return o.References != nil && o.References.Least < references.Certain && len(o.Restore.Spec.NamespaceMapping) > 0
}

// withObjects makes a plan that takes all items, and knows which there are.
func withObjects(ctx context.Context, src *tarball.Source, o *Options) (*Plan, error) {
	w, err := newWalk(ctx, src, o, report.SinkFunc(func(*report.Item) error { return nil }), func(*pipeline.Item) error { return nil })
	if err != nil {
		return nil, err
	}
	env := ahead(w.env)
	env.Backup.Get = serially(w.from.get)
	return &Plan{Env: env, Summary: w.exit.summary, Takes: func(layout.ItemKey) bool { return true }, Close: w.close}, nil
}

// lacksMappedClass says whether a storage class, to which another is mapped, is not among all those of the target: what is
// mapped to it fails, unless the backup has the class. Where the target's classes are not known, it is a warning at most.
func lacksMappedClass(env *pipeline.Env) bool {
	const action = "velero.io/change-storage-class"
	if !env.Chain.Runs(action) || !env.Target.Complete(layout.StorageClasses) {
		return false
	}
	config, err := actions.PluginConfig(env.Target, env.Restore.Namespace, actions.RestoreItemAction, action)
	if err != nil {
		return false // each item that the action applies to says so
	}
	for _, row := range config.Get("data").Members() {
		if _, ok := env.Target.Get(layout.StorageClasses, "", row.Str()); !ok {
			return true
		}
	}
	return false
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
	side, err := src.Side()
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	told, err := incomplete(src, side)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	summary := newSummary(src, side, o, told)
	summary.LeftOut, summary.LeftOutResources = w.exit.summary.LeftOut, w.exit.summary.LeftOutResources
	w.tellNothing(summary)
	w.target.view.Forget(neededNoMore(w.env.Chain, env.Chain))
	return &Plan{
		Env: env, Summary: summary, Close: w.close,
		Takes: func(key layout.ItemKey) bool { return w.from.Restored(key.Plain()) },
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

// Preview simulates the restore of a backup and tells the sink every item in restore order. It returns an error where
// no restore could begin (unreadable archive, bad options); errors of single items are in the report.
// Source: v1.18.2 pkg/restore/restore.go:431 (execute).
func Preview(ctx context.Context, src *tarball.Source, o *Options, sink report.Sink) (*report.Summary, error) {
	return preview(ctx, src, o, sink, func(*pipeline.Item) error { return nil })
}

// preview also hands out each item that is sent, before the sink is told of it.
func preview(ctx context.Context, src *tarball.Source, o *Options, sink report.Sink, sent func(*pipeline.Item) error) (_ *report.Summary, err error) {
	w, err := newWalk(ctx, src, o, sink, sent)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if w.cannotBegin() {
		w.exit.ending.conclude(w.exit.summary)
		foretell(w.exit.summary)
		return w.exit.summary, nil
	}
	if w.from.index.Len() == 0 { // v1.18.2 pkg/restore/restore.go:468-473
		w.exit.ending.warnings.add("backup-empty", ofVelero, "")
	}
	if err := w.restore(ctx); err != nil {
		return nil, err
	}
	w.conclude()
	return w.exit.summary, nil
}

// cannotBegin finds what makes Velero give up on a backup before it restores anything.
func (w *walk) cannotBegin() bool {
	if path := w.from.index.LongName(); path != "" {
		// v1.18.2 pkg/archive/extractor.go unpacks each item into a file of its own first.
		w.exit.summary.FindOn(report.Error, "name-too-long-to-unpack", path, fmt.Sprintf(
			"%s: Velero restores nothing of this backup, because it cannot unpack an item whose name has more than 250 characters; take it out with veltx transform", path))
		w.exit.ending.errors.add("name-too-long-to-unpack", ofVelero, path)
		return true
	}
	if !w.o.Profile.Does(actions.TakesEmptyBackups) && w.from.index.Len() == 0 {
		w.exit.summary.Find(report.Error, "backup-empty", "the backup has no items, which is an error for Velero 1.6")
		w.exit.ending.errors.add("backup-empty", ofVelero, "")
		return true
	}
	return false
}
