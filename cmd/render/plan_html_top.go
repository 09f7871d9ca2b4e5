package render

import (
	"cmp"
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
		Steps: htmlSteps(t.changes), Volumes: htmlVolumePlan(s.Volumes),
	}
	for _, row := range outcomes {
		top.Outcomes = append(top.Outcomes, html.Outcome{Name: string(row.outcome), Word: row.done, N: s.Outcomes[row.outcome]})
	}
	for _, severity := range []report.Severity{report.Error, report.Warning} {
		top.Findings = append(top.Findings, htmlFindings(t.findings, severity)...)
	}
	for _, r := range s.ModifierRules {
		top.Rules = append(top.Rules, html.Rule{
			Index: r.Index, Resource: r.Resource, Hits: r.Hits, Patched: r.Patched, Failed: r.Failed, FirstError: r.FirstError, NearMisses: r.NearMisses,
		})
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
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b findingKey) int {
		return cmp.Or(cmp.Compare(groups[b].total, groups[a].total), cmp.Compare(a.id, b.id))
	})
	var all []html.Group
	for _, key := range keys {
		if key.severity != severity {
			continue
		}
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
		method := html.Method{Words: row.words}
		var complete, missing []html.Volume
		for _, v := range volumes {
			if v.Method != row.method {
				continue
			}
			shown := html.Volume{Name: volumeName(v), Class: v.StorageClass, Origin: origin(v), Missing: v.Missing}
			if len(v.Missing) > 0 {
				missing = append(missing, shown)
			} else {
				complete = append(complete, shown)
			}
		}
		if method.Total = len(missing) + len(complete); method.Total == 0 {
			continue
		}
		method.Missing = len(missing)
		method.Volumes = slices.Concat(missing, complete)[:min(htmlVolumes, method.Total)]
		method.More = method.Total - len(method.Volumes)
		methods = append(methods, method)
	}
	return methods
}
