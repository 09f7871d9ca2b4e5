package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// walk is one simulated restore: it takes the items of a backup, one after the other, through the stages, and is what
// these have around an item. It is for one goroutine.
type walk struct {
	o         *Options
	env       *pipeline.Env
	stages    []pipeline.Stage
	from      catalogue
	target    *target
	spaces    map[string]pipeline.Barrier // target namespaces made sure of -> what keeps items out
	volumes   map[string]*pipeline.Volume // by PersistentVolume in the backup
	status    filters.Pair                // resources whose status goes back
	exit      *exit
	listener  listener
	scratches scratches

	unlabelled numbers                   // items that the label selectors leave out
	notListed  map[string]map[string]int // items by resource, by the policy that lists no filter for it
}

// newWalk reads the archive and prepares the restore; without an error the caller closes it.
func newWalk(ctx context.Context, src *tarball.Source, o *Options, sink report.Sink, sent func(*pipeline.Item) error) (*walk, error) {
	w := &walk{
		o: o, stages: pipeline.Stages(), spaces: map[string]pipeline.Barrier{}, volumes: map[string]*pipeline.Volume{},
		listener: deaf{}, scratches: scratches{wipe: o.Wipe},
	}
	set, err := newSetting(src, o, w.from.get, &w.from)
	if err != nil {
		return nil, err
	}
	if err := set.beginServer(ctx); err != nil {
		return nil, err
	}
	if err := w.from.read(ctx, src, set); err != nil {
		return nil, err
	}
	tellExtraction(set.summary, o, w.from.index)
	tellExpansion(set.summary, o, w.from.Namespaces())
	set.scope()
	set.tellUnserved(&w.from)
	w.env, w.target = set.env, set.target
	w.status = newStatusFilter(o, set.target.resolve)
	w.exit = newExit(ctx, src, set, &w.from, sink, sent)
	return w, nil
}

func (w *walk) close() error { return w.from.index.Close() }

// restore walks the backup in restore order.
func (w *walk) restore(ctx context.Context) error {
	for _, stray := range w.from.index.Strays() {
		it := &pipeline.Item{Report: report.Item{OriginalName: stray.Path, Name: stray.Path}}
		if err := w.fail(it, "wrong-path", stray.Err); err != nil {
			return err
		}
	}
	for _, resource := range w.from.order {
		if err := w.restoreResource(ctx, resource); err != nil {
			return err
		}
		w.from.ahead[resource] = false
	}
	w.countLeftOut()
	return nil
}

// restoreResource walks one resource, namespace by namespace. Velero walks the namespaces in the order of a Go map.
// Differs from Velero: they are sorted here, so that a preview repeats.
func (w *walk) restoreResource(ctx context.Context, resource string) error {
	if !w.from.selection.resource(resource) || resource == layout.Namespaces && !w.o.Profile.Does(actions.RestoresNamespaceItems) {
		return nil
	}
	for _, rg := range w.from.index.Ranges(resource, "") {
		if w.from.selection.leavesOut(resource, rg.Namespace, new(report.LeftOut)) != nil {
			continue
		}
		for id := rg.From; id < rg.To; id++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.restoreItem(id, "", w.restoreSelected); err != nil {
				return err
			}
		}
	}
	return nil
}

// restoreSelected restores an item of the walk if the policies or the label selectors take it.
// Source: v1.18.2 pkg/restore/restore.go:700-804 (processSelectedResource), :2296-2387 (getSelectedRestoreableItems).
func (w *walk) restoreSelected(it *pipeline.Item) error {
	if !w.from.selection.chooses(it.Key, it.Object) {
		w.unlabelled.add(it.Number)
		return nil
	}
	w.listener.takenUp(it.Key, bySelection, func() string { return w.from.selection.whySelected(it.Key, it.Object) })
	if err := w.outsideVelero(it); err != nil {
		return w.fail(it, "upload-outside-velero", err)
	}
	w.listener.takenUp(it.Key, byRestoreOrder, func() string { return w.whyNow(it.Key.Resource) })
	switch {
	case it.Key.Resource == layout.Namespaces:
		err := w.ensureNamespace(it.Key.Name)
		w.exit.ending.seeNamespace(it.Key, w.spaces[w.env.TargetNamespace(it.Key.Name)])
		return err
	case it.Key.Namespace != "": // even if the item turns out not to be restored
		if err := w.ensureNamespace(it.Key.Namespace); err != nil {
			return err
		}
	}
	return w.take(it)
}

// outsideVelero is an error for a DataUpload that would be restored outside of Velero's namespace.
// Source: d2241adba pkg/restore/restore.go:1008-1019.
func (w *walk) outsideVelero(it *pipeline.Item) error {
	home := w.o.Restore.Namespace
	if !w.o.Profile.Does(actions.KeepsUploadsInVelerosNamespace) || !slices.Contains(w.from.selection.mustHave, it.Key.Resource) || it.Namespace == home {
		return nil
	}
	return fmt.Errorf("metadata.namespace: Velero refuses a DataUpload that would be restored to %s, since Velero runs in %s: take %s out of the namespace mapping",
		it.Namespace, home, it.Key.Namespace)
}

// take takes an item through the stages, unless a filter excludes it for which an action has asked.
func (w *walk) take(it *pipeline.Item) error {
	if !w.from.takes(it.Key) {
		return nil
	}
	return w.run(it)
}

// run takes an item through the stages and lets it out.
func (w *walk) run(it *pipeline.Item) error {
	verdict, err := pipeline.Run(w.stages, w.env, w, it)
	if err != nil {
		return err
	}
	switch verdict.Outcome {
	case report.Create, report.Update, report.Exists:
		w.from.index.Land(index.ID(it.Number))
	}
	return w.exit.leave(it, verdict)
}

// restoreItem reads an item and restores it by take; one that cannot be read fails. With EnableAPIGroupVersions it is
// the copy in the chosen version, unless an action asked for the item.
func (w *walk) restoreItem(id index.ID, broughtBy string, take func(*pipeline.Item) error) error {
	it := pipeline.New(w.env, w.from.index.Key(id), nil)
	it.Number = int(id)
	it.Report.BroughtBy = broughtBy
	copyID := id
	if dir := w.from.versions[it.Key.Resource]; dir != "" && broughtBy == "" {
		versioned := it.Key
		versioned.VersionDir = dir
		var ok bool
		if copyID, ok = w.from.index.Find(versioned); !ok {
			return w.fail(it, "version-missing", fmt.Errorf("%s: the backup has no copy in the chosen version", versioned.Path()))
		}
	}
	memory := w.scratches.borrow()
	body, ok, err := w.from.index.AppendBody(memory.body, copyID)
	if err != nil || !ok {
		return err
	}
	memory.body, it.Report.Changes = body, memory.changes
	defer w.scratches.giveBack(memory, it)
	if it.Object, err = object.Parse(body); err == nil && it.Object.Get("kind").IsText("") {
		err = errors.New("kind: is missing")
	}
	if err != nil {
		return w.fail(it, "not-json", fmt.Errorf("%s: %w", it.Key.Path(), err))
	}
	return take(it)
}

// fail lets an item out that fails before its first stage.
func (w *walk) fail(it *pipeline.Item, id string, err error) error {
	return w.exit.leave(it, pipeline.Failed(id, "", err))
}

// Namespace implements pipeline.Around.
func (w *walk) Namespace(it *pipeline.Item) (pipeline.Barrier, error) {
	err := w.ensureNamespace(it.Key.Namespace)
	return w.spaces[it.Namespace], err
}

// First implements pipeline.Around.
func (w *walk) First(it *pipeline.Item) bool {
	return !w.from.index.Mark(index.ID(it.Number))
}

// Volume implements pipeline.Around.
func (w *walk) Volume(pv string) *pipeline.Volume {
	if w.volumes[pv] == nil {
		w.volumes[pv] = &pipeline.Volume{}
	}
	return w.volumes[pv]
}

// Bring implements pipeline.Around.
func (w *walk) Bring(it *pipeline.Item, action string, out *actions.Output) error {
	w.takeWrites()
	for _, o := range out.Creates {
		resource, _ := w.target.resources.ForKind(o.APIVersion(), o.ObjectKind())
		if err := w.made(resource, o); err != nil {
			return err
		}
	}
	if out.Skip != "" {
		return nil
	}
	for _, ref := range out.Additional {
		if err := w.restoreAdditional(it, action, ref.Key(), out.MustInclude); err != nil {
			return err
		}
	}
	return nil
}

// Landed implements pipeline.Around.
func (w *walk) Landed(ref layout.Address) bool { return w.from.Landed(ref.Key()) }

// restoreAdditional restores an item that an action asked for, before the one that asked; with must, whatever the filters
// say.
func (w *walk) restoreAdditional(it *pipeline.Item, action string, key layout.ItemKey, must bool) error {
	id, ok := w.from.index.Find(key)
	if !ok {
		it.Report.Warn("additional-item-missing", "", fmt.Sprintf("%s asks for %s, which the backup does not have", action, key))
		it.Warned = append(it.Warned, pipeline.Warned{Sort: "additional-item-missing", Namespace: key.Namespace}) // not mapped, in Velero
		return nil
	}
	if !must && !w.from.takes(key) {
		it.Report.Notes = append(it.Report.Notes, report.Note{By: action, Text: fmt.Sprintf("asks for %s, which the filters of the restore exclude", key)})
		return nil
	}
	w.listener.brings(it, action, key)
	return w.restoreItem(id, it.Key.String(), func(child *pipeline.Item) error {
		w.listener.takenUp(key, action, func() string {
			return "asks for it while " + it.Key.String() + " is restored, and is restored before it"
		})
		return w.run(child)
	})
}

// listener hears why items are taken up.
type listener interface {
	takenUp(key layout.ItemKey, by string, why func() string)
	brings(it *pipeline.Item, action string, key layout.ItemKey)
}

// deaf is a listener that needs to hear nothing.
type deaf struct{}

func (deaf) takenUp(layout.ItemKey, string, func() string) {}
func (deaf) brings(*pipeline.Item, string, layout.ItemKey) {}
