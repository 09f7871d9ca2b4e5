package render

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/veltx/veltx/cmd/render/html"
	"github.com/veltx/veltx/cmd/render/yamldiff"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// maxDiffLines is how much of one item's diff a report holds. A line is cut at maxDiffLine bytes.
const (
	maxDiffLines = 1000
	maxDiffLine  = 2000
)

// planHTML is the plan as one file for a browser. It remembers what planTable does, and writes the items as they come.
type planHTML struct {
	table *planTable
	page  *html.Page
}

func newPlanHTML(out io.Writer, about *About) *planHTML {
	title := "Restore preview of " + about.Restore.Spec.BackupName
	return &planHTML{table: newPlanTable(newPage(io.Discard, Style{}), about), page: html.New(out, title, Clean)}
}

// Item implements report.Sink.
func (h *planHTML) Item(i *report.Item) error {
	if err := h.table.Item(i); err != nil {
		return err
	}
	details := htmlDetails(i)
	if h.page.Full() && len(i.Object)+len(i.Patch)+len(i.Status) > 0 {
		details.LeftOut, details.NoDiff = true, "The file has no room for more diffs: see veltx explain."
	} else if err := addDiff(details, i); err != nil {
		return err
	}
	return h.page.Add(htmlItem(i), details)
}

// Finish implements Preview.
func (h *planHTML) Finish(s *report.Summary) error {
	for _, f := range s.Findings {
		h.table.findings.addOne(f, "")
	}
	return h.page.Finish(htmlTop(h.table, s))
}

func htmlItem(i *report.Item) *html.Item {
	item := &html.Item{
		Outcome: string(i.Outcome), Resource: i.Resource, Namespace: cmp.Or(i.Namespace, i.OriginalNamespace), Name: i.Name,
		Steps: slices.Clone(i.Actions), Reason: i.Reason, Version: i.Version, BroughtBy: i.BroughtBy,
	}
	if key := nameInBackup(i); key != title(i) {
		item.Key = key
	}
	if i.Outcome == report.Create || i.Outcome == report.Update {
		item.Changes = len(i.Changes) // those of others have no effect
	}
	for _, c := range i.Changes {
		if !slices.Contains(item.Steps, c.By) {
			item.Steps = append(item.Steps, c.By)
		}
	}
	for f := range i.Findings() {
		item.Findings = append(item.Findings, html.Finding{Severity: string(f.Severity), ID: f.ID, Text: at(*f)})
	}
	return item
}

// nameInBackup is how other items' BroughtBy names the item.
func nameInBackup(i *report.Item) string {
	return itemName(i.Resource, i.OriginalNamespace, cmp.Or(i.OriginalName, i.Name))
}

// htmlDetails are the details of an item without its diff.
func htmlDetails(i *report.Item) *html.Details {
	d := &html.Details{}
	if name := nameInBackup(i); name != title(i) {
		d.Original = name
	}
	for _, c := range i.Changes {
		d.Changes = append(d.Changes, [3]string{c.By, c.Op, fieldOf(c.Path)})
	}
	for _, n := range i.Notes {
		d.Notes = append(d.Notes, [3]string{n.By, n.Path, n.Text})
	}
	return d
}

// addDiff adds what is large: the diff, the patch, the status.
func addDiff(d *html.Details, i *report.Item) (err error) {
	if d.Patch, err = yamlOf(i.Patch); err != nil {
		return err
	}
	if d.Status, err = yamlOf(i.Status); err != nil {
		return err
	}
	hunks, err := yamldiff.All(i)
	switch {
	case err != nil:
		d.NoDiff = "No diff: " + err.Error()
	case len(i.Object) == 0:
		d.NoDiff = "Velero would not send it."
	case len(hunks) == 0:
		d.NoDiff = "Velero would send it unchanged from the backup, but for what every restore removes."
	}
	d.Diff, d.Cut = cutLines(hunks)
	return nil
}

// yamlOf is JSON as YAML, or its first lines.
func yamlOf(text []byte) (string, error) {
	if len(text) == 0 {
		return "", nil
	}
	v, err := object.Parse(text)
	if err != nil {
		return "", err
	}
	kept, more := cutLines(yamltext.Append(nil, v))
	if more > 0 {
		kept += "# and " + Count(more, "more line") + "\n"
	}
	return kept, nil
}

// cutLines keeps the first lines, and of each its begin; more is how many it leaves out.
func cutLines(text []byte) (kept string, more int) {
	var b bytes.Buffer
	n := 0
	for line := range bytes.Lines(text) {
		if n++; n > maxDiffLines {
			continue
		}
		if len(line) > maxDiffLine {
			line = append(bytes.ToValidUTF8(line[:maxDiffLine], nil), "…\n"...)
		}
		b.Write(line)
	}
	return b.String(), max(0, n-maxDiffLines)
}

// htmlVolumes is how many volumes of one method a report lists.
const htmlVolumes = 1000

// htmlTop is what planTable would write, as data.
func htmlTop(t *planTable, s *report.Summary) *html.Top {
	top := &html.Top{
		Verdict: verdictOf(s), Kind: inkNames[verdictInk(verdictOf(s))], Parts: htmlParts(withRequest(foretold(s, &t.failed, htmlVolumes), t.about, s)),
		Plan: htmlNamed(s.Findings), Notes: s.Notices, Accepted: s.Accepted,
		Lost:   lostVolumes(s),
		Backup: t.about.Restore.Spec.BackupName, Facts: htmlFacts(t.about, s), Items: s.Items, Errors: s.Errors, Warnings: s.Warnings,
		Steps: htmlSteps(t.changes), Rules: s.ModifierRules, Volumes: htmlVolumePlan(s.Volumes),
	}
	for _, row := range counted(s) {
		top.Outcomes = append(top.Outcomes, html.Outcome{Name: string(row.outcome), Word: row.done, N: s.Outcomes[row.outcome]})
	}
	for _, severity := range []report.Severity{report.Error, report.Warning, report.Notice} {
		top.Findings = append(top.Findings, htmlFindings(t.findings, severity)...)
	}
	return top
}

// inkNames are the classes of the inks.
var inkNames = map[ink]string{good: "good", caution: "caution", bad: "bad"}

func verdictOf(s *report.Summary) string {
	if s.Foretold == nil {
		return ""
	}
	return s.Foretold.Verdict
}

func lostVolumes(s *report.Summary) int {
	if s.Foretold == nil {
		return 0
	}
	return s.Foretold.Data.Fates[report.DataLost]
}

func htmlParts(parts []part) []html.Part {
	var all []html.Part
	for _, p := range parts {
		made := html.Part{Title: p.title[:1] + strings.ToLower(p.title[1:])}
		for _, line := range p.lines {
			made.Lines = append(made.Lines, html.Line{
				Text: strings.TrimSpace(line.text), Kind: inkNames[line.ink], Below: leading(line.text) > 0, More: line.more, Command: line.command,
			})
		}
		all = append(all, made)
	}
	return all
}

// htmlNamed are the findings of the whole plan that name items, which the page puts to its items.
func htmlNamed(list []report.Finding) []html.PlanFinding {
	var named []html.PlanFinding
	for _, f := range list {
		if len(f.Items) == 0 {
			continue
		}
		known := f.AcceptedItems
		if f.Accepted {
			known = f.Items
		}
		named = append(named, html.PlanFinding{Severity: string(f.Severity), ID: f.ID, Text: f.Message, Items: f.Items, Accepted: known})
	}
	return named
}

// htmlItems name the first items of a finding of the whole plan; the list of the page has them all.
func htmlItems(m *findingMessage) string {
	if len(m.ofPlan) == 0 {
		return acceptedOthers(m.accepted)
	}
	return ": " + someOf(m.ofPlan[:min(markdownItems, len(m.ofPlan))], len(m.ofPlan)) + acceptedOthers(m.accepted)
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
		{Name: "Velero", Text: about.VeleroVersion + " (" + about.release() + ")"},
	}
	for _, more := range []html.Fact{
		{Name: "Cluster", Text: sourceCluster(about.Backup)},
		{Name: "Target", Text: targetSources(s.Target, time.Time{})},
		{Name: "Features", Text: strings.Join(about.Features, ", ")},
		{Name: "Plugins", Text: plugins(s.Plugins)},
		{Name: "Namespaces", Text: mapped(about.Restore.Spec.NamespaceMapping)},
		{Name: "Left out", Text: leftOut(s)},
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
	for _, key := range groups.keys(severity, findings.Restore) {
		found := groups[key]
		group := html.Group{Severity: string(severity), ID: key.id, Total: found.total, More: found.total, Advice: advice(key.id)}
		for _, m := range found.messages {
			group.Messages = append(group.Messages, m.line()+htmlItems(m))
			group.More -= m.total
			group.OfItems = group.OfItems || len(m.items) > 0 || len(m.ofPlan) > 0
		}
		all = append(all, group)
	}
	return all
}

func htmlSteps(groups changeGroups) []html.Step {
	var steps []html.Step
	for _, by := range slices.SortedFunc(maps.Keys(groups), compareSteps) {
		steps = append(steps, html.Step{By: by, What: groups[by].what() + " changed", Edits: groups[by].summary(shownEdits)})
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
