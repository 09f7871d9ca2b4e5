package render

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
)

// PlanDiffFormats are the choices of -o for two plans.
var PlanDiffFormats = []string{Table, JSON, YAML, Markdown}

// WritePlan shows a plan for review: what it is of, how, and what becomes of the items that are not just created.
func WritePlan(out io.Writer, format string, f *planfile.File, style Style) error {
	return show(out, format, f, style, func(p *page) {
		o := &f.Options
		p.fact("Backup", o.Restore.Spec.BackupName)
		p.fact("Digest", f.Input.Digest)
		p.fact("Restore", o.Restore.Name+" as Velero "+o.VeleroVersion+featureText(o.Features))
		p.fact("Plan", planCounts(f.Results))
		writeOptions(p, f)
		writeOutcomes(p, f.Results)
		writeFoundOf(p, f.Results)
	})
}

func featureText(features []string) string {
	if len(features) == 0 {
		return ""
	}
	return " with " + strings.Join(features, ", ")
}

// planCounts counts the results of a plan by outcome.
func planCounts(results []planfile.Result) string {
	counts := map[report.Outcome]int{}
	for i := range results {
		counts[results[i].Outcome]++
	}
	var parts []string
	for _, row := range outcomes {
		if n := counts[row.outcome]; n > 0 {
			parts = append(parts, Count(n, "item")+" "+row.done)
		}
	}
	if len(parts) == 0 {
		return "0 items"
	}
	return strings.Join(parts, ", ")
}

// writeOptions writes the fields of the Restore's spec, and what stands beside it.
func writeOptions(p *page, f *planfile.File) {
	p.section(strong, "OPTIONS")
	spec := map[string]json.RawMessage{}
	if text, err := json.Marshal(f.Options.Restore.Spec); err == nil { // the spec was read from JSON
		_ = json.Unmarshal(text, &spec)
	}
	for _, name := range slices.Sorted(maps.Keys(spec)) {
		if text := string(spec[name]); name != "backupName" && text != "{}" && text != `"0s"` {
			p.hanging(plain, 2, 6, name+": "+text)
		}
	}
	writeText(p, "resource modifiers", f.Options.ResourceModifiers)
	writeText(p, "resource policies", f.Options.ResourcePolicies)
	for _, from := range slices.Sorted(maps.Keys(f.Options.VolumeIDs)) {
		p.line(plain, "  volume "+from+" -> "+f.Options.VolumeIDs[from])
	}
	if n := len(f.Options.Target); n > 0 {
		p.line(plain, "  "+Count(n, "object")+" of the target given")
	}
	p.hanging(faint, 2, 6, "item actions: "+strings.Join(f.Options.Actions, ", "))
}

// writeText writes a file that the plan holds.
func writeText(p *page, name, text string) {
	if text == "" {
		return
	}
	p.line(plain, "  "+name+":")
	for line := range strings.Lines(text) {
		p.line(plain, "      "+strings.TrimRight(line, "\r\n"))
	}
}

// writeOutcomes writes the items that are not just created, with the reason.
func writeOutcomes(p *page, results []planfile.Result) {
	for _, row := range outcomes {
		if row.outcome == report.Create {
			continue
		}
		begun := false
		for i := range results {
			r := &results[i]
			if r.Outcome != row.outcome {
				continue
			}
			if !begun {
				p.section(strong, strings.ToUpper(row.done))
				begun = true
			}
			p.hanging(row.ink, 2, 6, withDetail(itemName(r.Resource, r.Namespace, r.Name), r.Reason))
		}
	}
}

// writeFoundOf writes the findings of items.
func writeFoundOf(p *page, results []planfile.Result) {
	begun := false
	for i := range results {
		if r := &results[i]; len(r.Findings) > 0 {
			if !begun {
				p.section(strong, "FINDINGS")
				begun = true
			}
			p.hanging(caution, 2, 6, itemName(r.Resource, r.Namespace, r.Name)+": "+strings.Join(r.Findings, ", "))
		}
	}
}

func withDetail(text, detail string) string {
	if detail == "" {
		return text
	}
	return text + ": " + detail
}

// WritePlanDiff shows how a plan differs from an older one.
func WritePlanDiff(out io.Writer, format string, c *planfile.Comparison, style Style) error {
	if format == Markdown {
		_, err := io.WriteString(out, planDiffMarkdown(c))
		return err
	}
	return show(out, format, c, style, func(p *page) {
		if !c.Differ() {
			p.line(plain, "The plans are the same.")
			return
		}
		for _, part := range planDiffParts(c) {
			p.section(strong, strings.ToUpper(part.title))
			for _, line := range part.lines {
				p.hanging(line.ink, 2, 6, line.text)
			}
		}
	})
}

// planDiffParts are the sections of a comparison.
func planDiffParts(c *planfile.Comparison) []part {
	all := []part{
		{"Input", fieldLines(c.Input)},
		{"Options", fieldLines(c.Options)},
		{"Added: " + Count(changed(c, planfile.Added), "item"), itemLines(c, planfile.Added)},
		{"Changed: " + Count(changed(c, planfile.Changed), "item"), itemLines(c, planfile.Changed)},
		{"Removed: " + Count(changed(c, planfile.Removed), "item"), itemLines(c, planfile.Removed)},
	}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.lines) == 0 })
}

func changed(c *planfile.Comparison, change string) int {
	n := 0
	for i := range c.Items {
		if c.Items[i].Change == change {
			n++
		}
	}
	return n
}

func fieldLines(list []planfile.FieldChange) []partLine {
	var lines []partLine
	for _, f := range list {
		lines = append(lines, partLine{text: f.Field + ": " + cmp.Or(string(f.Old), "nothing") + " -> " + cmp.Or(string(f.New), "nothing")})
	}
	return lines
}

func itemLines(c *planfile.Comparison, change string) []partLine {
	var lines []partLine
	for i := range c.Items {
		item := &c.Items[i]
		if item.Change != change {
			continue
		}
		name := itemName(item.Resource, item.Namespace, item.Name)
		switch change {
		case planfile.Added:
			lines = append(lines, partLine{ink: outcomeInk(item.New.Outcome), text: name + ": " + becomes(item.New)})
		case planfile.Removed:
			lines = append(lines, partLine{ink: faint, text: name + ": was " + becomes(item.Old)})
		default:
			lines = append(lines, partLine{ink: outcomeInk(item.New.Outcome), text: name + ": " + transition(item)})
		}
	}
	return lines
}

// becomes says what becomes of an item in one plan.
func becomes(b *planfile.Becomes) string {
	text := withDetail(string(b.Outcome), b.Reason)
	if len(b.Findings) > 0 {
		text += " (" + strings.Join(b.Findings, ", ") + ")"
	}
	return text
}

// transition says what is another in the newer plan.
func transition(item *planfile.ItemChange) string {
	var parts []string
	if was, now := withDetail(string(item.Old.Outcome), item.Old.Reason), withDetail(string(item.New.Outcome), item.New.Reason); was != now {
		parts = append(parts, was+" -> "+now)
	}
	if item.Written {
		parts = append(parts, "is written otherwise")
	}
	for _, f := range item.New.Findings {
		if !slices.Contains(item.Old.Findings, f) {
			parts = append(parts, "new "+f)
		}
	}
	for _, f := range item.Old.Findings {
		if !slices.Contains(item.New.Findings, f) {
			parts = append(parts, "no more "+f)
		}
	}
	return strings.Join(parts, "; ")
}

func planDiffMarkdown(c *planfile.Comparison) string {
	var b strings.Builder
	b.WriteString("## " + marked(c.New) + " against " + marked(c.Old) + "\n")
	if !c.Differ() {
		return b.String() + "\nThe plans are the same.\n"
	}
	const lastLine = 100
	left := 0
	for _, part := range planDiffParts(c) {
		title := "\n### " + marked(part.title) + "\n\n"
		for i, line := range part.lines {
			text := title + "- " + marked(line.text) + "\n"
			if b.Len()+len(text)+lastLine > maxMarkdown {
				left += len(part.lines) - i
				break
			}
			b.WriteString(text)
			title = ""
		}
	}
	if left > 0 {
		b.WriteString("\nand " + Count(left, "more difference") + "\n")
	}
	return b.String()
}
