// Package trial tries resource modifiers and resource policies on a backup, and tells of each rule and filter what Velero does not.
package trial

import (
	"context"
	"fmt"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
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

// newTrial puts together what a run found and what the file alone tells.
func newTrial(file, backup, source string, rules []report.ModifierRule, doubts []modifiers.Doubt) *Trial {
	t := &Trial{APIVersion: "veltx.io/v1alpha1", Kind: "ModifierTrial", File: file, Backup: backup, Source: source, Rules: []Rule{}}
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

// Run restores with the modifiers of the options, which are complete, and looks at no item. The file and the label are
// how the user named the modifiers and the backup.
func Run(ctx context.Context, src *tarball.Source, o *restore.Options, file, label string) (*Trial, error) {
	doubts, err := modifiers.Doubts([]byte(o.ModifierText))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	o.Unread = report.Changes | report.Values | report.Objects
	summary, err := restore.Preview(ctx, src, o, report.SinkFunc(func(*report.Item) error { return nil }))
	if err != nil {
		return nil, err
	}
	return newTrial(file, o.Restore.Spec.BackupName, label, summary.ModifierRules, doubts), nil
}
