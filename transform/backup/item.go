package backup

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
)

// Annotations by which an item or a plugin speaks to a backup.
const (
	skipAnnotation = "velero.io/skip-from-backup"
	mustAnnotation = "backup.velero.io/must-include-additional-items"
)

// item is one item on its way into the backup.
type item struct {
	id       index.ID // none for one that a plugin made
	state    *state
	key      layout.ItemKey
	object   *object.Value
	original *object.Value // of a Secret, where plugins run
	fit      actions.Fit
	cause    cause
	report   report.Item
}

func (r *run) newItem(id index.ID, why cause) *item {
	key := r.source.index.Key(id)
	if r.states[id]&collected != 0 {
		why = cause{why: report.WhySelected}
	}
	return &item{id: id, state: &r.states[id], key: key, cause: why, report: reportOf(key, why)}
}

func reportOf(key layout.ItemKey, why cause) report.Item {
	return report.Item{
		Resource: key.Resource, Namespace: key.Namespace, Name: key.Name, Why: why.why, BroughtBy: why.by, Action: why.action,
	}
}

// open reads an item; nil where it cannot be read, of which the sink is told.
func (r *run) open(id index.ID, why cause) (*item, error) {
	it := r.newItem(id, why)
	var err error
	it.object, err = r.source.read(id)
	var broken *itemError
	switch {
	case errors.Is(err, errNotKept):
		return nil, r.leave(it, err.Error())
	case errors.As(err, &broken):
		return nil, r.fail(it, "not-an-item", err)
	}
	return it, err
}

// replaceInvalidUTF8 gives the item the text that it has in a cluster, which keeps no other.
func (it *item) replaceInvalidUTF8() (err error) {
	text := it.object.JSON()
	if utf8.Valid(text) {
		return nil
	}
	it.report.Warn("invalid-utf8", "", "bytes that are not UTF-8 are replaced by U+FFFD")
	it.object, err = object.Parse(object.ValidUTF8(text))
	return err
}

// leftOut says whether an item stays out of the backup: by its label, by the filters, which an item that an action asks
// for has not passed yet, or as it is being deleted.
// Source: v1.18.2 pkg/backup/item_backupper.go:112-160, v1.6.3 pkg/backup/item_backupper.go:76-112.
func (r *run) leftOut(it *item, mustInclude bool) (bool, error) {
	if !mustInclude {
		namespace := it.key.Namespace
		switch refused := r.filter.refuses(it.key.Resource, namespace); {
		case it.object.Labels()[excludeLabel] == "true":
			return true, r.leave(it, "it has the label "+excludeLabel+"=true")
		case namespace != "" && !r.spaces.has(namespace):
			return true, r.leaveNamespace(it)
		case refused != "":
			return true, r.leave(it, refused)
		}
	}
	if !it.object.Get("metadata", "deletionTimestamp").IsNull() {
		return true, r.leave(it, "it is being deleted")
	}
	return false, nil
}

// leaveNamespace tells of items of left out namespaces only where an action asked for one; the others are counted.
func (r *run) leaveNamespace(it *item) error {
	if it.cause.why == report.WhySelected {
		return nil
	}
	return r.leave(it, "namespace "+it.key.Namespace+" is left out")
}

// backUpItem takes one item through the actions into the backup. in says that it is there, failure that an error keeps
// it out; err ends the run.
// Source: v1.18.2 pkg/backup/item_backupper.go:162-330, v1.6.3 pkg/backup/item_backupper.go:62-260.
func (r *run) backUpItem(it *item, mustInclude bool) (in bool, failure, err error) {
	if left, err := r.leftOut(it, mustInclude); left || err != nil {
		return false, nil, err
	}
	if r.mark(it) {
		return true, nil, nil
	}
	if err := it.replaceInvalidUTF8(); err != nil {
		return false, nil, err
	}
	it.report.Version = layout.Version(it.object.APIVersion())
	skipped, failure, err := r.runActions(it)
	switch {
	case err != nil:
		return false, nil, err
	case failure != nil:
		return false, failure, r.fail(it, "action-failed", failure)
	case skipped:
		return false, nil, r.leave(it, "it has the annotation "+skipAnnotation)
	}
	if failure := r.place(it); failure != nil {
		return false, failure, r.fail(it, "action-failed", failure)
	}
	it.report.Outcome, it.report.Reason, it.report.Block = report.Include, r.reason(it), r.block
	it.report.Body = it.object.JSON()
	return true, nil, r.tell(it)
}

// runActions runs the backup item actions, and backs up first what they ask for. An item that fails there fails this
// one as well.
// Source: v1.18.2 pkg/backup/item_backupper.go:355-508.
func (r *run) runActions(it *item) (skipped bool, failure, err error) {
	list := r.takers(it)
	if r.redactor != nil && len(list) > 0 && it.key.Resource == layout.Secrets {
		it.original = it.object.Clone()
	}
	for _, a := range list {
		before := it.object.Clone()
		out, failure := r.execute(it, a)
		if err := broken(it.key, a.Name, failure); err != nil {
			return false, nil, err
		}
		if failure != nil {
			return false, fmt.Errorf("%s: %w", a.Name, r.told(it, failure)), nil
		}
		it.report.Actions = append(it.report.Actions, a.Name)
		it.report.Record(a.Name, object.Diff(before, it.object), true)
		if it.object.Get("metadata", "annotations").Has(skipAnnotation) && r.o.Profile.Does(actions.ObeysSkipAnnotation) {
			return true, nil, nil
		}
		if out == nil {
			continue
		}
		it.report.Note(a.Name, out.Notes)
		r.note(it, a, out)
		if err := r.markMustInclude(it, a.Name, out); err != nil {
			return false, nil, err
		}
		must := r.o.Profile.Does(actions.MustIncludeAdditionalItems) && (out.MustInclude || it.object.Annotation(mustAnnotation) == "true")
		if failure, err := r.backUpAdditional(it, a.Name, out.Additional, must); failure != nil || err != nil {
			return false, failure, err
		}
	}
	return false, nil, nil
}

// takers are the actions that take the item. What an action makes of its labels is for none behind it: Velero selects by those that the
// item came with. Source: v1.18.3 pkg/backup/item_backupper.go:382-386.
func (r *run) takers(it *item) (list []*actions.Link) {
	for _, a := range r.actions.For(it.key.Resource) {
		if a.In(it.key.Namespace) && a.Takes(it.object) {
			list = append(list, a)
		}
	}
	return list
}

// markMustInclude leaves the annotation by which a CSI action speaks to Velero on the item. Velero means to take it off
// again, but takes it off a copy of the annotations. Source: v1.18.2 pkg/backup/item_backupper.go:432.
func (r *run) markMustInclude(it *item, action string, out *actions.Output) error {
	if !out.MustInclude || !r.o.Profile.Does(actions.MustIncludeAdditionalItems) {
		return nil
	}
	before := it.object.Clone()
	if err := it.object.Put(object.Text("true"), "metadata", "annotations", mustAnnotation); err != nil {
		return err
	}
	it.report.Record(action, object.Diff(before, it.object), true)
	return nil
}

// execute runs an action on an item.
//
// Differs from Velero: 1.18 also lists all pods before it begins, and gives up if there is one that the type cannot hold.
func (r *run) execute(it *item, a *actions.Link) (*actions.Output, error) {
	out, _, err := a.Run(r.input(it), &it.fit)
	return out, err
}

func (r *run) backUpAdditional(it *item, action string, refs []actions.ItemRef, mustInclude bool) (failure, err error) {
	for _, ref := range refs {
		id, ok := r.find(ref)
		if !ok {
			failure, err := r.backUpMade(it, action, ref, mustInclude)
			if failure != nil || err != nil {
				return failure, err
			}
			continue
		}
		if r.source.index.Marked(id) {
			continue
		}
		asked, err := r.open(id, cause{report.WhyAdditional, it.key.String(), action})
		if err != nil {
			return nil, err
		}
		if asked == nil {
			continue
		}
		_, failure, err := r.backUpItem(asked, mustInclude)
		if err != nil {
			return nil, err
		}
		if failure != nil {
			return askedFails(action, asked, failure), nil
		}
	}
	return nil, nil
}

func askedFails(action string, asked *item, failure error) error {
	return fmt.Errorf("%s asks for %s, which fails: %w", action, asked.key, failure)
}

func (r *run) input(it *item) *actions.Input {
	return &actions.Input{
		Profile: r.o.Profile, Resource: it.key.Resource, Item: it.object, ItemFromBackup: it.object,
		Namespace: it.key.Namespace, Backup: r.backup, Target: r.view,
	}
}
