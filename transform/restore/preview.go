package restore

import (
	"context"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

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
		return w.exit.summary, nil
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
		return true
	}
	if w.o.Profile == actions.V1_6 && w.from.index.Len() == 0 {
		w.exit.summary.Find(report.Error, "backup-empty", "the backup holds no items, which is an error to Velero 1.6")
		return true
	}
	return false
}
