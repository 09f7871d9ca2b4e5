package cmd

import (
	"context"

	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// foretelling simulates the restore of an archive that is written, as a rewriting itself looks at one item at a time only.
type foretelling struct {
	told    map[toldFinding]bool
	extra   report.Summary // counts findings of the rewriting alone
	forward report.Sink
}

// toldFinding is a finding of an item, or with a subject one of the whole plan.
type toldFinding struct{ id, item, path, subject string }

// foretold writes an archive and tells of it what a preview of its restore tells, and what the rewriting finds besides. The
// summary of the rewriting comes second.
func foretold(ctx context.Context, src *opened, o *restore.Options, to transformed, items report.Sink) (told, written *report.Summary, err error) {
	simulated := *o
	simulated.Actions = append(builtin.Restore(o.Profile), ofPlugins(o.Actions)...) // Velero runs all of its own
	simulated.Unread = report.Changes | report.Values | report.Objects
	f := &foretelling{told: map[toldFinding]bool{}, forward: items}
	if told, err = restore.Preview(ctx, src.Source, &simulated, report.SinkFunc(f.simulatedItem)); err != nil {
		return nil, nil, err
	}
	if written, err = to.transform(ctx, src, o, report.SinkFunc(f.rewrittenItem)); err != nil {
		return nil, nil, err
	}
	f.add(told, written)
	return told, written, nil
}

func (f *foretelling) simulatedItem(i *report.Item) error {
	for found := range i.Findings() {
		f.told[findingOf(found, i)] = true
	}
	return f.forward.Item(i)
}

// rewrittenItem hands on an item with the findings that the simulated restore does not have.
func (f *foretelling) rewrittenItem(i *report.Item) error {
	rest := *i
	rest.Errors, rest.Warnings, rest.Notices = f.untold(i.Errors, i), f.untold(i.Warnings, i), f.untold(i.Notices, i)
	if len(rest.Errors)+len(rest.Warnings)+len(rest.Notices) == 0 {
		return nil
	}
	f.extra.Count(&rest)
	return f.forward.Item(&rest)
}

func (f *foretelling) untold(list []report.Finding, i *report.Item) []report.Finding {
	var rest []report.Finding
	for n := range list {
		if !f.told[findingOf(&list[n], i)] {
			rest = append(rest, list[n])
		}
	}
	return rest
}

func findingOf(f *report.Finding, i *report.Item) toldFinding {
	return toldFinding{id: f.ID, item: i.Resource + "/" + i.OriginalNamespace + "/" + i.OriginalName, path: f.Path}
}

// add adds to what the simulated restore tells what only the rewriting does.
func (f *foretelling) add(told, written *report.Summary) {
	told.Errors += f.extra.Errors
	told.Warnings += f.extra.Warnings
	told.Notices += f.extra.Notices
	known := map[toldFinding]bool{}
	for _, found := range told.Findings {
		known[toldFinding{id: found.ID, subject: found.Subject}] = true
	}
	for _, found := range written.Findings {
		if !known[toldFinding{id: found.ID, subject: found.Subject}] {
			told.Add(found)
		}
	}
}
