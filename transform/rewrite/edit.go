package rewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// editor edits items ahead of a restore: it does what that restore could not do, as it will not know the options. Any
// number of goroutines may edit at once: all that they write to is the ledger.
type editor struct {
	env    *pipeline.Env
	stages []pipeline.Stage
	takes  func(layout.ItemKey) bool
	ledger *ledger
}

// batch returns the edit of one batch, which remembers the result for an item so that its twin, which has the same
// bytes, need not be edited again.
func (e *editor) batch() pack.Edit {
	var last struct {
		key     layout.ItemKey
		in, out []byte
		keep    bool
	}
	var text []byte // of an item, which is packed before the next one but its twin is edited
	return func(entry *pack.Entry) (bool, error) {
		key, err := layout.Parse(entry.Path)
		if errors.Is(err, layout.ErrNotItem) {
			return true, nil
		}
		if err != nil {
			e.ledger.fail(layout.Address{Name: entry.Path}.Key(), "wrong-path", err)
			return false, nil
		}
		if !e.takes(key) {
			e.ledger.count(key, false)
			return false, nil
		}
		entry.Path = e.target(key).Path()
		if last.key == key.Plain() && string(last.in) == string(entry.Body) {
			entry.Body = last.out
			return last.keep, nil
		}
		last.key, last.in = key.Plain(), entry.Body
		edited, keep, err := e.edit(key, entry.Body)
		if err != nil {
			return false, err
		}
		if keep && edited != nil {
			text = edited.Append(slices.Grow(text[:0], len(entry.Body)+4<<10)) // edits add little
			entry.Body = text
		}
		last.out, last.keep = entry.Body, keep
		e.ledger.count(key, last.keep)
		return last.keep, nil
	}
}

// target is the item's address after the namespace mapping.
func (e *editor) target(key layout.ItemKey) layout.ItemKey {
	if key.Namespace != "" {
		key.Namespace = e.env.TargetNamespace(key.Namespace)
	}
	if key.Resource == layout.Namespaces {
		key.Name = e.env.TargetNamespace(key.Name)
	}
	return key
}

// edit takes one item through the stages. keep false leaves it out, since it failed or a plugin discarded it. An item that
// no stage concerns keeps its bytes and is not even parsed; it comes back as nil. An error ends the rewriting.
func (e *editor) edit(key layout.ItemKey, body []byte) (_ *object.Value, keep bool, err error) {
	if !e.concerns(key) && !e.mayRewrite(body) {
		return nil, true, nil
	}
	o, err := object.Parse(body)
	if err != nil {
		e.ledger.fail(key, "wrong-item", fmt.Errorf("%s: %w", key.Path(), err))
		return nil, false, nil
	}
	it := pipeline.New(e.env, key, o)
	it.Report.Outcome, it.Report.Name = report.Create, e.target(key).Name
	failed, err := e.run(it)
	switch {
	case err != nil:
		return nil, false, err
	case failed != nil:
		e.ledger.failed(it, failed)
		return nil, false, nil
	}
	e.ledger.see(it)
	return it.Object, !it.Discarded, nil
}

// run takes the item through the stages and gives it back what it will need in the restore to come.
func (e *editor) run(it *pipeline.Item) (*pipeline.Failure, error) {
	verdict, err := pipeline.Run(e.stages, e.env, pipeline.Alone{}, it)
	broken := new(actions.Broken)
	switch {
	case errors.As(err, &broken):
		return nil, err
	case err != nil:
		return &pipeline.Failure{ID: "rewrite-failed", Err: err}, nil
	case verdict.Failure != nil && verdict.Failure.ID == "wrong-item":
		return verdict.Failure, nil
	case verdict.Failure != nil:
		return &pipeline.Failure{ID: actions.FailureID(verdict.Failure.Err, "rewrite-failed"), Err: verdict.Failure.Err}, nil
	}
	if err := it.PutBack(); err != nil {
		return &pipeline.Failure{ID: "rewrite-failed", Err: err}, nil
	}
	return nil, nil
}

// mayRewrite says whether a reference in the text of an item may get a new name.
func (e *editor) mayRewrite(body []byte) bool {
	return e.env.Rewriting != nil && e.env.References.Mentions(body)
}

// concerns says whether some stage may change items like this one.
func (e *editor) concerns(key layout.ItemKey) bool {
	moved := e.target(key) != key
	if key.Resource == layout.PersistentVolumes {
		moved = len(e.env.Restore.Spec.NamespaceMapping)+len(e.env.VolumeIDs) > 0
	}
	return moved || e.env.Edits(key.Resource)
}
