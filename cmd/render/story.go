package render

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/cmd/render/yamldiff"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// WriteStory writes the story of an item in one of ListFormats.
// The table has managedFields and the two labels of every restore only if they are wanted.
func WriteStory(out io.Writer, format string, s *report.Story, managed bool, style Style) error {
	if format != Table {
		return document(out, format, struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			*report.Story
		}{apiVersion, "ItemStory", s})
	}
	p := newPage(out, style)
	p.fact("Item", itemName(s.Resource, s.Namespace, s.Name))
	if s.Item == nil {
		p.fact("Outcome", "left out: "+s.LeftOut)
		return p.flush()
	}
	writeOutcome(p, s)
	writeNotes(p, "SELECTED", s.Selected)
	writeSteps(p, s)
	writeNotes(p, "DID NOT RUN", s.Idle)
	for _, row := range []struct {
		severity report.Severity
		title    string
		ink      ink
		own      []report.Finding
	}{{report.Error, "ERRORS", bad, s.Item.Errors}, {report.Warning, "WARNINGS", caution, s.Item.Warnings}, {report.Notice, "NOTES", strong, s.Item.Notices}} {
		writeFindings(p, row.ink, row.title, slices.Concat(row.own, ofSeverity(s.Findings, row.severity)))
	}
	writeVolumePlan(p, s.Volumes, len(s.Volumes))
	for _, part := range []struct {
		title string
		text  json.RawMessage
	}{{"SENT", s.Item.Object}, {"PATCH", s.Item.Patch}, {"STATUS", s.Item.Status}} {
		if err := writeYAML(p, part.title, part.text, managed); err != nil {
			return err
		}
	}
	return p.flush()
}

func ofSeverity(list []report.Finding, severity report.Severity) []report.Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f report.Finding) bool { return f.Severity != severity })
}

func writeOutcome(p *page, s *report.Story) {
	p.put(strong, padded("Outcome", factColumn))
	text := string(s.Item.Outcome)
	p.put(outcomeInk(s.Item.Outcome), text)
	rest := ""
	if s.Item.Reason != "" {
		rest = ": " + s.Item.Reason
	}
	p.wrapped(plain, factColumn+len(text), factColumn, rest)
	if name := title(s.Item); name != itemName(s.Resource, s.Namespace, s.Name) {
		p.fact("As", name)
	}
	p.fact("Order", fmt.Sprintf("%d of %d", s.Item.Order, s.Items))
	if s.Item.BroughtBy != "" {
		p.fact("Brought", "by "+s.Item.BroughtBy)
	}
	for _, name := range s.Brings {
		p.fact("Brings", name)
	}
	p.fact("Restore", s.Verdict)
}

func writeNotes(p *page, title string, notes []report.Note) {
	if len(notes) == 0 {
		return
	}
	p.section(strong, title)
	for _, n := range notes {
		p.hanging(plain, 2, 4, n.By+": "+n.Text)
	}
}

func writeSteps(p *page, s *report.Story) {
	if len(s.Steps) == 0 {
		return
	}
	p.section(strong, "STEPS")
	for n, step := range s.Steps {
		number := fmt.Sprintf("%3d ", n+1)
		p.put(faint, number)
		p.put(strong, step.By)
		if step.Does == "" {
			p.end()
		} else {
			p.wrapped(plain, len(number)+runes(step.By), 4, ": "+step.Does)
		}
		if len(step.Changes)+len(step.Notes) == 0 {
			p.line(faint, "      no changes")
		}
		for _, c := range step.Changes {
			p.put(plain, "      ")
			field := fieldOf(c.Path)
			p.put(changeInk(c), c.Op+" "+field)
			p.line(plain, shortened(values(c), max(10, p.width-7-runes(c.Op)-runes(field))))
		}
		for _, note := range step.Notes {
			p.hanging(plain, 6, 8, "because: "+at(report.Finding{Path: note.Path, Message: note.Text}))
		}
	}
}

func changeInk(c report.Change) ink {
	switch c.Op {
	case string(object.Add):
		return good
	case string(object.Remove):
		return bad
	}
	return caution
}

// values is what was there, and what is there now.
func values(c report.Change) string {
	switch {
	case len(c.Old) == 0 && len(c.New) == 0:
		return ""
	case len(c.Old) == 0:
		return ": " + string(c.New)
	case len(c.New) == 0:
		return ": " + string(c.Old)
	}
	return ": " + string(c.Old) + " -> " + string(c.New)
}

func writeFindings(p *page, i ink, title string, findings []report.Finding) {
	if len(findings) == 0 {
		return
	}
	p.section(i, title)
	for _, f := range findings {
		p.put(plain, "  ")
		p.put(i, f.ID)
		p.put(plain, from(f))
		p.wrapped(plain, 2+runes(f.ID)+runes(from(f)), 4, ": "+at(f))
		p.remedy(advice(f.ID))
	}
}

// from names the step that a finding comes from, unless its text begins with it.
func from(f report.Finding) string {
	if f.By == "" || strings.HasPrefix(f.Message, f.By+": ") {
		return ""
	}
	return " (" + f.By + ")"
}

// writeYAML writes a part of the item as YAML that can be copied.
func writeYAML(p *page, title string, text json.RawMessage, managed bool) error {
	if len(text) == 0 {
		return nil
	}
	v, err := object.Parse(text)
	if err != nil {
		return err
	}
	if metadata := v.Get("metadata"); !managed && metadata.Kind() == object.Object {
		v.Set("metadata", yamldiff.Quiet(metadata))
	}
	p.section(strong, title)
	p.block(yamltext.Append(nil, v))
	return nil
}
