package restore

import (
	"context"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/findings"
	"github.com/veltx/veltx/transform/restore/volumes"
)

// exit is the one way of items out of a restore, whatever becomes of them.
type exit struct {
	o        *Options
	items    int // of the backup
	watchers *findings.Watchers
	volumes  *volumes.Plan
	tally    *modifiers.Tally
	ending   *ending
	patches  *volumePatches
	begun    operations
	summary  *report.Summary
	redactor *redaction.Redactor
	sent     func(*pipeline.Item) error // given what is sent, before the sink is told
	sink     report.Sink
}

func newExit(ctx context.Context, src *tarball.Source, s *setting, from *catalogue, sink report.Sink, sent func(*pipeline.Item) error) *exit {
	fills := func() bool {
		return !s.o.Profile.Does(actions.NeedsVolumesForPodVolumes) || from.selection.resource(layout.PersistentVolumes) && from.selection.resource(layout.PersistentVolumeClaims)
	}
	plan := volumes.NewPlan(&volumes.World{Env: s.env, Resources: s.target.resources, Backup: from, Fills: fills})
	return &exit{
		o: s.o, items: from.index.Len(), summary: s.summary, volumes: plan,
		watchers: findings.New(&findings.World{
			Env: s.env, Resources: s.target.resources, Backup: from, View: s.target.view, ExactTarget: s.o.ExactTarget,
			TargetMinor: s.target.minor, ServerMinor: s.serverMinor(), ServedKnown: s.target.groups.described, Registries: s.o.TargetRegistries, Fills: fills, Told: plan.Tells,
		}),
		ending: newEnding(), patches: newVolumePatches(s.env), begun: operations{},
		tally:    s.env.Modifiers.NewTally(s.o.Restore.Spec.NamespaceMapping),
		redactor: &redaction.Redactor{Key: func() ([]byte, error) { return src.RedactionKey(ctx) }},
		sink:     sink, sent: sent,
	}
}

// leave closes an item, shows it to those who look at the whole restore, and hands it to the sink.
func (e *exit) leave(it *pipeline.Item, v pipeline.Verdict) error {
	if v.Outcome == "" {
		return nil // it was told before
	}
	it.Report.Outcome, it.Report.Reason = v.Outcome, v.Reason
	if f := v.Failure; f != nil {
		it.Report.Error(f.ID, f.Path, f.Err.Error())
	}
	e.ending.see(it)
	e.patches.see(it)
	e.begun.see(it)
	e.watchers.See(it)
	e.refused(it)
	e.volumes.See(it)
	sortFindings(&it.Report)
	secret := e.secret(it)
	if it.Modified.Tried && e.o.Modifiers != nil {
		e.tally.Add(it.Key.Address, secret.Modified(it.Modified.Result))
	}
	e.count(it)
	if err := e.send(it); err != nil {
		return err
	}
	if err := secret.Item(&it.Report); err != nil {
		return fmt.Errorf("%s: %w", it.Key, err)
	}
	it.Report.Shorten()
	return e.sink.Item(&it.Report)
}

// refused ends an item of which a watcher knows that the API server refuses it.
func (e *exit) refused(it *pipeline.Item) {
	if f := findings.Refusal(it); f != nil {
		it.Report.Outcome, it.Report.Reason = report.Refused, f.Message
		e.ending.errors.add(f.ID, placeOf(it.Namespace), it.Key.String())
	}
}

// secret hides the values of a Secret, those that it had in the backup and those that it has by now.
func (e *exit) secret(it *pipeline.Item) *redaction.Secret {
	if e.o.Secrets {
		return nil
	}
	return e.redactor.Of(it.Key.Resource, it.Original(), it.Object)
}

func (e *exit) count(it *pipeline.Item) {
	e.summary.Count(&it.Report)
	it.Report.Order = e.summary.Items
	if e.o.Restored != nil && e.summary.Items%1024 == 0 {
		e.o.Restored(e.summary.Items, e.items)
	}
}

// send hands out what Velero would send of the item.
func (e *exit) send(it *pipeline.Item) error {
	if it.Report.Outcome != report.Create && it.Report.Outcome != report.Update {
		return nil
	}
	it.Report.Name = it.Object.Name()
	if !it.Unread.Has(report.Objects) {
		it.Report.Object = it.Object.JSON()
	}
	return e.sent(it)
}
