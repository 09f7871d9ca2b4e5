package render

import (
	"fmt"
	"io"
	"slices"

	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// TrialFormats are the choices of -o for resource modifiers and policies that are tried.
var TrialFormats = []string{Table, JSON, YAML, JUnit, SARIF, CodeQuality, Markdown}

// TrialAbout is what there is to say about a trial beside it.
type TrialAbout struct {
	Given   *Given
	Program string // its version
	Fails   func(*report.Finding) bool
}

// WriteTrial writes how resource modifiers fare in one of TrialFormats.
func WriteTrial(out io.Writer, format string, t *trial.Trial, about *TrialAbout, style Style) error {
	head := trialHead{of: "Resource modifiers", file: t.File, backup: t.Backup + " (" + t.Source + ")", parts: "Rules", counts: trialCounts(t)}
	return writeTrial(out, format, t, &head, about, style, func(p *page) {
		for i := range t.Rules {
			writeRule(p, &t.Rules[i])
		}
	})
}

// trialHead is what stands above the rules or the filters.
type trialHead struct{ of, file, backup, parts, counts string }

func writeTrial(out io.Writer, format string, t trial.Result, head *trialHead, about *TrialAbout, style Style, body func(*page)) error {
	if slices.Contains(checkFormats, format) {
		return trialChecks(t, head, about).write(out, format)
	}
	return show(out, format, t, style, func(p *page) {
		p.fact("File", head.file)
		p.fact("Backup", head.backup)
		p.put(strong, padded(head.parts, factColumn))
		p.line(plain, head.counts)
		body(p)
	})
}

// trialChecks are the rules or the filters.
func trialChecks(t trial.Result, head *trialHead, about *TrialAbout) *checks {
	c := &checks{title: head.of + " of " + head.file, line: head.parts + ": " + head.counts, program: about.Program, area: findings.Restore, fails: about.Fails}
	for _, p := range t.Parts() {
		c.list = append(c.list, check{class: p.Class, name: p.Name, found: p.Findings, at: about.Given.placeOf(&p)})
	}
	return c
}

// placeOf is where a rule or a filter stands in the user's file.
func (g *Given) placeOf(p *trial.Part) place {
	if p.Policy != "" {
		return place{g.Policies, g.lineOfPolicy(p.Policy)}
	}
	return place{g.Modifiers, g.lineOf(p.Rule)}
}

func trialCounts(t *trial.Trial) string {
	broken := "fail or never match"
	if t.Broken == 1 {
		broken = "fails or never matches"
	}
	return fmt.Sprintf("%d: %d %s, %d doubtful", len(t.Rules), t.Broken, broken, t.Doubtful)
}

func writeRule(p *page, r *trial.Rule) {
	p.gap()
	p.put(strong, fmt.Sprintf("rule %d", r.Index))
	p.put(plain, " ("+r.Resource+"): ")
	switch {
	case r.NeverMatches:
		p.line(bad, "never matches")
	case r.Failed > 0:
		p.line(bad, ruleCounts(r))
	default:
		p.line(good, ruleCounts(r))
	}
	for _, f := range r.Failures {
		ruleRow(p, bad, "fails", f.Item+": "+f.Reason)
	}
	if rest := r.Failed - len(r.Failures); rest > 0 {
		ruleRow(p, bad, "fails", fmt.Sprintf("on %d more", rest))
	}
	for _, miss := range r.NearMisses {
		ruleRow(p, caution, "near", miss)
	}
	for _, d := range r.Doubts {
		text := d.Text
		if d.Field != "" {
			text = d.Field + ": " + text
		}
		ruleRow(p, caution, "doubt", text)
	}
}

func ruleCounts(r *trial.Rule) string {
	text := fmt.Sprintf("%s, %d patched", Count(r.Hits, "hit"), r.Patched)
	if r.Skipped > 0 {
		text += fmt.Sprintf(", %d left unchanged by a test", r.Skipped)
	}
	if rest := r.Hits - r.Patched - r.Skipped - r.Failed; rest > 0 {
		text += fmt.Sprintf(", %d unchanged", rest)
	}
	return text + fmt.Sprintf(", %d failed", r.Failed)
}

func ruleRow(p *page, i ink, name, text string) {
	p.put(i, padded("  "+name, factColumn))
	p.wrapped(plain, factColumn, factColumn, text)
}
