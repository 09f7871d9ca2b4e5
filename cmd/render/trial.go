package render

import (
	"fmt"
	"io"

	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// Trial is how the rules of a resource modifier file fare on a backup.
type Trial struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	File       string `json:"file"`
	Backup     string `json:"backup"`
	Source     string `json:"source"`
	Broken     int    `json:"broken"`   // rules that fail on an item, or never match
	Doubtful   int    `json:"doubtful"` // rules with something odd about them
	Rules      []Rule `json:"rules"`
}

// Rule is how one rule fares.
type Rule struct {
	Index        int                      `json:"index"`
	Resource     string                   `json:"groupResource"`
	Hits         int                      `json:"hits"`
	Patched      int                      `json:"patched"`
	Skipped      int                      `json:"skipped"` // hits that a test operation of its own kept unpatched
	Failed       int                      `json:"failed"`
	NeverMatches bool                     `json:"neverMatches"`
	Failures     []report.ModifierFailure `json:"failures,omitempty"` // the first ones
	NearMisses   []string                 `json:"nearMisses,omitempty"`
	Doubts       []RuleDoubt              `json:"doubts,omitempty"`
}

// RuleDoubt is something that a rule will hardly do as its author means.
type RuleDoubt struct {
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
}

// NewTrial puts together what a run found and what the file alone tells.
func NewTrial(file, backup, source string, rules []report.ModifierRule, doubts []modifiers.Doubt) *Trial {
	t := &Trial{APIVersion: apiVersion, Kind: "ModifierTrial", File: file, Backup: backup, Source: source, Rules: []Rule{}}
	for _, r := range rules {
		rule := Rule{
			Index: r.Index, Resource: r.Resource, Hits: r.Hits, Patched: r.Patched, Skipped: r.Skipped, Failed: r.Failed,
			NeverMatches: r.Hits == 0 && r.Failed == 0, Failures: r.Failures, NearMisses: r.NearMisses,
		}
		for _, d := range doubts {
			if d.Rule == r.Index {
				rule.Doubts = append(rule.Doubts, RuleDoubt{d.Field, d.Text})
			}
		}
		for _, remark := range r.Remarks {
			rule.Doubts = append(rule.Doubts, RuleDoubt{Text: remark})
		}
		t.Rules = append(t.Rules, rule)
		if rule.NeverMatches || rule.Failed > 0 {
			t.Broken++
		}
		if len(rule.Doubts) > 0 {
			t.Doubtful++
		}
	}
	return t
}

// Write writes the trial in one of ListFormats.
func (t *Trial) Write(out io.Writer, format string, coloured bool) error {
	if format != Table {
		return document(out, format, t)
	}
	p := newPage(out, coloured)
	p.fact("File", t.File)
	p.fact("Backup", t.Backup+" ("+t.Source+")")
	p.put(strong, padded("Rules", factColumn))
	p.line(plain, t.counts())
	for i := range t.Rules {
		t.Rules[i].write(p)
	}
	return p.flush()
}

func (t *Trial) counts() string {
	broken := "fail or never match"
	if t.Broken == 1 {
		broken = "fails or never matches"
	}
	return fmt.Sprintf("%d: %d %s, %d doubtful", len(t.Rules), t.Broken, broken, t.Doubtful)
}

func (r *Rule) write(p *page) {
	p.gap()
	p.put(strong, fmt.Sprintf("rule %d", r.Index))
	p.put(plain, " ("+r.Resource+"): ")
	switch {
	case r.NeverMatches:
		p.line(bad, "never matches")
	case r.Failed > 0:
		p.line(bad, r.counts())
	default:
		p.line(good, r.counts())
	}
	for _, f := range r.Failures {
		r.row(p, bad, "fails", f.Item+": "+f.Reason)
	}
	if rest := r.Failed - len(r.Failures); rest > 0 {
		r.row(p, bad, "fails", fmt.Sprintf("on %d more", rest))
	}
	for _, miss := range r.NearMisses {
		r.row(p, caution, "near", miss)
	}
	for _, d := range r.Doubts {
		text := d.Text
		if d.Field != "" {
			text = d.Field + ": " + text
		}
		r.row(p, caution, "doubt", text)
	}
}

func (r *Rule) counts() string {
	text := fmt.Sprintf("%s, %d patched", count(r.Hits, "hit"), r.Patched)
	if r.Skipped > 0 {
		text += fmt.Sprintf(", %d left alone by a test", r.Skipped)
	}
	if rest := r.Hits - r.Patched - r.Skipped - r.Failed; rest > 0 {
		text += fmt.Sprintf(", %d as they were", rest)
	}
	return text + fmt.Sprintf(", %d failed", r.Failed)
}

func (r *Rule) row(p *page, i ink, name, text string) {
	p.put(i, padded("  "+name, factColumn))
	p.wrapped(plain, factColumn, factColumn, text)
}
