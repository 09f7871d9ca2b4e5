package restore

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// stageWords say what the stages do, whatever the item is.
var stageWords = map[string]string{
	pipeline.ByMetadataReset:    "takes away the metadata that a server sets, and the status",
	pipeline.ByVolumeBinding:    "frees a volume, or a claim, of its binding",
	pipeline.ByVolumeIDs:        "puts the given volume in the place of the one in the backup",
	pipeline.ByNamespaceMapping: "moves the item, or what it refers to, into the target namespace",
	pipeline.ByRestoreLabels:    "adds the two labels that Velero puts on all that it restores",
	pipeline.ByExisting:         "compares with the target, which has the item",
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
		return "applies the rule of the resource modifiers with this number, from 0"
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
