package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Which names an item as a user does: a resource by any of its names, and the namespace in the backup or, under a
// mapping, in the target; "" where the name alone tells.
type Which struct{ Resource, Namespace, Name string }

// Explain simulates the restore of a backup and returns the whole story of one of its items.
func Explain(ctx context.Context, src *tarball.Source, o *Options, which Which) (_ *report.Story, err error) {
	teller := &storyteller{}
	w, err := newWalk(ctx, src, o, teller, func(*pipeline.Item) error { return nil })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if teller.key, err = w.which(which); err != nil {
		return nil, err
	}
	w.listener = teller
	summary := w.exit.summary
	story := &report.Story{Resource: teller.key.Resource, Namespace: teller.key.Namespace, Name: teller.key.Name}
	if w.cannotBegin() {
		story.LeftOut = summary.Findings[len(summary.Findings)-1].Message
		return story, nil
	}
	if err := w.restore(ctx); err != nil {
		return nil, err
	}
	w.conclude()
	story.Items, story.Item, story.Brings, story.Verdict = summary.Items, teller.item, teller.brought, summary.Told().Verdict
	if teller.item == nil {
		story.LeftOut = w.whyLeftOut(teller.key)
		return story, nil
	}
	story.Selected = teller.selected
	story.Findings, story.Volumes = about(summary.Findings, teller.key.String()), volumesOf(summary.Volumes, teller.item)
	story.Idle = w.idleActions(teller.key.Resource, teller.item)
	story.Steps = stepsOf(teller.item, o)
	teller.item.Changes, teller.item.Notes, teller.item.Actions = nil, nil, nil
	return story, nil
}

// about are the findings of the whole plan that name an item, without the others that they name.
func about(list []report.Finding, item string) []report.Finding {
	var named []report.Finding
	for _, f := range list {
		if is, _ := f.About(item); is {
			f.Items, f.AcceptedItems = nil, nil
			named = append(named, f)
		}
	}
	return named
}

// volumesOf are the volumes that an item is part of: a PersistentVolume, a claim or a pod.
func volumesOf(list []report.Volume, i *report.Item) []report.Volume {
	var of []report.Volume
	for _, v := range list {
		if isPartOf(&v, i) {
			of = append(of, v)
		}
	}
	return of
}

func isPartOf(v *report.Volume, i *report.Item) bool {
	switch i.Resource {
	case layout.PersistentVolumes:
		return v.PersistentVolume == i.OriginalName
	case layout.PersistentVolumeClaims:
		return v.Claim == i.OriginalName && v.Namespace == i.Namespace
	case layout.Pods:
		return slices.ContainsFunc(v.Pods, func(p report.VolumePod) bool { return p.Name == i.OriginalName && p.Namespace == i.Namespace })
	}
	return false
}

// storyteller keeps one item of a restore, and why it was taken up.
type storyteller struct {
	key      layout.ItemKey
	item     *report.Item // nil until it comes
	selected []report.Note
	brought  []string
}

// Item implements report.Sink.
func (t *storyteller) Item(i *report.Item) error {
	key := layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: i.OriginalName}.Key()
	if i.BroughtBy == t.key.String() {
		t.brought = append(t.brought, key.String())
	}
	if key == t.key && t.item == nil {
		t.item = i.Clone()
	}
	return nil
}

// takenUp implements listener. What comes after the item has not taken it up.
func (t *storyteller) takenUp(key layout.ItemKey, by string, why func() string) {
	if key == t.key && t.item == nil && !slices.ContainsFunc(t.selected, func(n report.Note) bool { return n.By == by }) {
		t.selected = append(t.selected, report.Note{By: by, Text: why()})
	}
}

// brings implements listener.
func (t *storyteller) brings(it *pipeline.Item, action string, key layout.ItemKey) {
	if it.Key == t.key && t.item == nil {
		it.Report.Notes = append(it.Report.Notes, report.Note{By: action, Text: fmt.Sprintf("asks for %s, which is restored first", key)})
	}
}

// nearItem names the item of the resource that was probably meant.
func (w *walk) nearItem(resource string, want Which) string {
	var names []string
	for _, rg := range w.from.index.Ranges(resource, "") {
		if want.Namespace != "" && rg.Namespace != want.Namespace {
			continue
		}
		for id := rg.From; id < rg.To; id++ {
			names = append(names, w.from.index.Key(id).Name)
		}
	}
	if near := layout.Nearest(want.Name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// which finds the one item that is meant.
func (w *walk) which(want Which) (layout.ItemKey, error) {
	resource, _ := w.target.resources.Resolve(want.Resource)
	found := w.named(resource, want)
	for _, other := range w.from.index.Resources() {
		if plural, _, _ := strings.Cut(other, "."); len(found) == 0 && (plural == want.Resource || other == want.Resource) {
			found = w.named(other, want)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && want.Namespace != "":
		return layout.ItemKey{}, fmt.Errorf("%s/%s/%s: the backup has no such item%s", resource, want.Namespace, want.Name, w.nearItem(resource, want))
	case len(found) == 0:
		return layout.ItemKey{}, fmt.Errorf("%s/%s: the backup has no such item in any namespace%s", resource, want.Name, w.nearItem(resource, want))
	}
	var spaces []string
	for _, key := range found {
		spaces = append(spaces, key.Namespace)
	}
	return layout.ItemKey{}, fmt.Errorf("%s/%s: is in the namespaces %s: say which with -n", resource, want.Name, strings.Join(spaces, ", "))
}

// named are the items of a resource that have the name. A namespace of the backup goes before one of the target.
func (w *walk) named(resource string, want Which) []layout.ItemKey {
	var exact, mapped []layout.ItemKey
	for _, rg := range w.from.index.Ranges(resource, "") {
		key := layout.Address{Resource: resource, Namespace: rg.Namespace, Name: want.Name}.Key()
		if _, ok := w.from.index.Find(key); !ok {
			continue
		}
		switch want.Namespace {
		case "", rg.Namespace:
			exact = append(exact, key)
		case w.env.TargetNamespace(rg.Namespace):
			mapped = append(mapped, key)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return mapped
}

// idleActions are the actions for the item's resource that did not run on it.
func (w *walk) idleActions(resource string, i *report.Item) []report.Note {
	var idle []report.Note
	for _, a := range w.o.Actions {
		if !w.appliesTo(&a, resource) || slices.Contains(i.Actions, a.Name) {
			continue
		}
		why := "the restore of the item ended before it"
		switch {
		case a.Feature != "" && !w.o.Has(a.Feature):
			why = "it needs the feature " + a.Feature
		case !w.runsIn(a.Name, resource, i.Namespace):
			why = "it is not for this namespace"
		case resource == layout.Namespaces:
			why = "Velero creates a Namespace without any action"
		case i.Outcome == report.Create && a.AppliesTo.LabelSelector != "":
			why = "its label selector " + a.AppliesTo.LabelSelector + " does not match"
		}
		idle = append(idle, report.Note{By: a.Name, Text: why})
	}
	return idle
}

// stageWords say what the stages do, whatever the item is.
var stageWords = map[string]string{
	pipeline.ByMetadataReset:    "removes the metadata that the API server sets, and the status",
	pipeline.ByVolumeBinding:    "removes the binding of a volume or a claim",
	pipeline.ByVolumeIDs:        "replaces the volume in the backup with the given one",
	pipeline.ByNamespaceMapping: "moves the item, or what it refers to, into the target namespace",
	pipeline.ByRestoreLabels:    "adds the two labels that Velero sets on every restored item",
	pipeline.ByExisting:         "compares the item with the one in the target",
}

// stepsOf puts an item's changes and notes together by who made them, in order. Actions that changed nothing stand
// where they ran.
func stepsOf(i *report.Item, o *Options) []report.Step {
	var steps []report.Step
	ran := false
	run := func() {
		if !ran {
			steps, ran = append(steps, actionSteps(i, o)...), true
		}
	}
	reset := slices.ContainsFunc(i.Changes, func(c report.Change) bool { return c.By == pipeline.ByMetadataReset })
	for _, c := range i.Changes {
		if slices.Contains(i.Actions, c.By) {
			run()
			continue
		}
		if c.By != pipeline.ByMetadataReset && !reset {
			run()
		}
		reset = reset && c.By != pipeline.ByMetadataReset
		steps = addChange(steps, c)
	}
	run()
	return addNotes(steps, i)
}

func addChange(steps []report.Step, c report.Change) []report.Step {
	if last := len(steps) - 1; last >= 0 && steps[last].By == c.By {
		steps[last].Changes = append(steps[last].Changes, c)
		return steps
	}
	return append(steps, report.Step{By: c.By, Does: stageDoes(c.By), Changes: []report.Change{c}})
}

func stageDoes(by string) string {
	if strings.HasPrefix(by, "resource-modifier[") {
		return "applies the resource modifier rule with this number, counted from 0"
	}
	return stageWords[by]
}

func actionSteps(i *report.Item, o *Options) []report.Step {
	var steps []report.Step
	for _, name := range i.Actions {
		step := report.Step{By: name}
		for _, a := range o.Actions {
			if a.Name == name {
				step.Does = a.Summary
			}
		}
		for _, c := range i.Changes {
			if c.By == name {
				step.Changes = append(step.Changes, c)
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// addNotes puts the notes to their steps; those of others make steps of their own.
func addNotes(steps []report.Step, i *report.Item) []report.Step {
	for _, note := range i.Notes {
		at := slices.IndexFunc(steps, func(s report.Step) bool { return s.By == note.By })
		if at < 0 {
			steps = append(steps, report.Step{By: note.By, Does: stageDoes(note.By)})
			at = len(steps) - 1
		}
		steps[at].Notes = append(steps[at].Notes, note)
	}
	return steps
}
