package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/cmd/render/html"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// htmlVolumes is how many volumes of one method a report lists.
const htmlVolumes = 1000

// htmlTop is what planTable would write, as data.
func htmlTop(t *planTable, s *report.Summary) *html.Top {
	top := &html.Top{
		Backup: t.about.Restore.Spec.BackupName, Facts: htmlFacts(t.about, s), Items: s.Items, Errors: s.Errors, Warnings: s.Warnings,
		Steps: htmlSteps(t.changes), Rules: s.ModifierRules, Volumes: htmlVolumePlan(s.Volumes),
	}
	for _, row := range outcomes {
		top.Outcomes = append(top.Outcomes, html.Outcome{Name: string(row.outcome), Word: row.done, N: s.Outcomes[row.outcome]})
	}
	for _, severity := range []report.Severity{report.Error, report.Warning} {
		top.Findings = append(top.Findings, htmlFindings(t.findings, severity)...)
	}
	return top
}

func htmlFacts(about *About, s *report.Summary) []html.Fact {
	backup := about.Restore.Spec.BackupName
	if b := about.Backup; b != nil {
		if at := velero.TimeText(b.Status.StartTimestamp); at != "" {
			backup += " of " + at
		}
		if b.Status.Phase != "" {
			backup += ", " + b.Status.Phase
		}
	}
	facts := []html.Fact{
		{Name: "Backup", Text: backup},
		{Name: "From", Text: about.Source + " (" + about.Format + ")"},
		{Name: "Restore", Text: about.Restore.Name},
		{Name: "Velero", Text: about.VeleroVersion + " (" + about.Release + ")"},
	}
	for _, more := range []html.Fact{
		{Name: "Features", Text: strings.Join(about.Features, ", ")},
		{Name: "Namespaces", Text: mapped(about.Restore.Spec.NamespaceMapping)},
		{Name: "Left out", Text: leftOut(s.LeftOut)},
	} {
		if more.Text != "" {
			facts = append(facts, more)
		}
	}
	return facts
}

// mapped writes a mapping in the order of its keys.
func mapped(m map[string]string) string {
	var parts []string
	for _, from := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, from+" → "+m[from])
	}
	return strings.Join(parts, ", ")
}

func htmlFindings(groups findingGroups, severity report.Severity) []html.Group {
	var all []html.Group
	for _, key := range groups.keys(severity) {
		found := groups[key]
		group := html.Group{Severity: string(severity), ID: key.id, Total: found.total, More: found.total, Advice: advice(key.id)}
		for _, m := range found.messages {
			group.Messages = append(group.Messages, m.line())
			group.More -= m.total
			group.OfItems = group.OfItems || len(m.items) > 0
		}
		all = append(all, group)
	}
	return all
}

func htmlSteps(groups changeGroups) []html.Step {
	var steps []html.Step
	for _, by := range slices.SortedFunc(maps.Keys(groups), compareSteps) {
		steps = append(steps, html.Step{By: by, What: groups[by].what() + " changed", Edits: groups[by].summary()})
	}
	return steps
}

func htmlVolumePlan(volumes []report.Volume) []html.Method {
	var methods []html.Method
	for _, row := range volumeMethods {
		same, incomplete := ofMethod(volumes, row.method)
		if len(same) == 0 {
			continue
		}
		method := html.Method{Words: row.words, Total: len(same), Missing: incomplete, More: max(0, len(same)-htmlVolumes)}
		for _, v := range same[:len(same)-method.More] {
			method.Volumes = append(method.Volumes, html.Volume{Name: volumeName(v), Class: v.StorageClass, Origin: origin(v), Missing: v.Missing})
		}
		methods = append(methods, method)
	}
	return methods
}
