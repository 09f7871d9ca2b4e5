package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// Which names an item as a user does: a resource by any of its names, and the namespace in the backup or, under a
// mapping, in the target; "" where the name alone tells.
type Which struct{ Resource, Namespace, Name string }

// Explain simulates the restore of a backup and returns the whole story of one of its items.
func Explain(ctx context.Context, src *tarball.Source, o *Options, which Which) (_ *report.Story, err error) {
	teller := &storyteller{}
	r, err := newRun(src, o, teller)
	if err != nil {
		return nil, err
	}
	if err := r.read(ctx, src); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.index.Close()) }()
	if teller.key, err = r.which(which); err != nil {
		return nil, err
	}
	r.about, teller.run = &teller.key, r
	story := &report.Story{Resource: teller.key.Resource, Namespace: teller.key.Namespace, Name: teller.key.Name}
	if r.cannotBegin() {
		story.LeftOut = r.summary.Findings[len(r.summary.Findings)-1].Message
		return story, nil
	}
	if err := r.restore(ctx); err != nil {
		return nil, err
	}
	story.Items, story.Item, story.Brings = r.summary.Items, teller.item, teller.brought
	if teller.item == nil {
		story.LeftOut = r.whyLeftOut(teller.key)
		return story, nil
	}
	story.Selected = r.selected
	story.Idle = r.idleActions(teller.key.Resource, teller.item)
	story.Steps = stepsOf(teller.item, o)
	teller.item.Changes, teller.item.Notes, teller.item.Actions = nil, nil, nil
	return story, nil
}

// storyteller keeps one item of a plan.
type storyteller struct {
	run     *run
	key     layout.ItemKey
	item    *report.Item
	brought []string
}

// Item implements report.Sink.
func (t *storyteller) Item(i *report.Item) error {
	key := layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: i.OriginalName}.Key()
	if i.BroughtBy == t.key.String() {
		t.brought = append(t.brought, key.String())
	}
	if key == t.key && t.item == nil {
		t.item = i.Clone()
		t.run.about = nil // what comes after did not take it up
	}
	return nil
}

// which finds the one item that is meant.
func (r *run) which(w Which) (layout.ItemKey, error) {
	resource, _ := r.resources.Resolve(w.Resource)
	found := r.named(resource, w)
	for _, other := range r.index.Resources() {
		if plural, _, _ := strings.Cut(other, "."); len(found) == 0 && (plural == w.Resource || other == w.Resource) {
			found = r.named(other, w)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && w.Namespace != "":
		return layout.ItemKey{}, fmt.Errorf("%s/%s/%s: the backup has no such item", resource, w.Namespace, w.Name)
	case len(found) == 0:
		return layout.ItemKey{}, fmt.Errorf("%s/%s: the backup has no such item in any namespace", resource, w.Name)
	}
	var spaces []string
	for _, key := range found {
		spaces = append(spaces, key.Namespace)
	}
	return layout.ItemKey{}, fmt.Errorf("%s/%s: is in the namespaces %s: say which with -n", resource, w.Name, strings.Join(spaces, ", "))
}

// named are the items of a resource that have the name. A namespace of the backup goes before one of the target.
func (r *run) named(resource string, w Which) []layout.ItemKey {
	var exact, mapped []layout.ItemKey
	for _, rg := range r.index.Ranges(resource, "") {
		key := layout.Address{Resource: resource, Namespace: rg.Namespace, Name: w.Name}.Key()
		if _, ok := r.index.Find(key); !ok {
			continue
		}
		switch w.Namespace {
		case "", rg.Namespace:
			exact = append(exact, key)
		case r.o.targetNamespace(rg.Namespace):
			mapped = append(mapped, key)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return mapped
}

// tell notes what takes up the item of which the story is told.
func (r *run) tell(key layout.ItemKey, by string, text func() string) {
	if r.about != nil && key == *r.about && !slices.ContainsFunc(r.selected, func(n report.Note) bool { return n.By == by }) {
		r.selected = append(r.selected, report.Note{By: by, Text: text()})
	}
}

// idleActions are the actions for the item's resource that did not run on it.
func (r *run) idleActions(resource string, i *report.Item) []report.Note {
	var idle []report.Note
	for _, a := range r.o.Actions {
		if !slices.Contains(a.AppliesTo.Resources, resource) || slices.Contains(i.Actions, a.Name) {
			continue
		}
		why := "the item's way ended before it"
		switch {
		case a.Feature != "" && !r.o.has(a.Feature):
			why = "it needs the feature " + a.Feature
		case resource == "namespaces":
			why = "Velero makes a Namespace without any action"
		case i.Outcome == report.Create && a.AppliesTo.LabelSelector != "":
			why = "its label selector " + a.AppliesTo.LabelSelector + " does not match"
		}
		idle = append(idle, report.Note{By: a.Name, Text: why})
	}
	return idle
}
