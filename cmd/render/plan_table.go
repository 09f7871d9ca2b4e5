package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// planTable is the plan for somebody who has a minute: the verdict, a headline, what comes of the restore as a whole,
// findings, modifier rules, volumes, outcomes by namespace and resource, changes by what made them. It keeps counts only.
type planTable struct {
	page     *page
	about    *About
	findings findingGroups
	failed   failedItems
	changes  changeGroups
	outcomes outcomeCounts
}

func newPlanTable(p *page, about *About) *planTable {
	return &planTable{page: p, about: about, findings: findingGroups{}, changes: changeGroups{}, outcomes: outcomeCounts{}}
}

// Item implements report.Sink.
func (t *planTable) Item(i *report.Item) error {
	t.findings.add(i)
	t.failed.add(i)
	t.changes.add(i)
	t.outcomes.add(i)
	return nil
}

// Finish implements Preview.
func (t *planTable) Finish(s *report.Summary) error {
	writeVerdict(t.page, s)
	t.page.gap()
	t.headline(s)
	for _, f := range s.Findings {
		t.findings.addOne(f, "")
	}
	writeParts(t.page, foretold(s, &t.failed, shownOfAPart))
	t.findings.write(t.page, findings.Restore, t.about.Notes)
	writeModifierRules(t.page, s.ModifierRules)
	writeVolumePlan(t.page, s.Volumes, shownVolumes)
	t.outcomes.write(t.page)
	t.changes.write(t.page)
	if t.about.Request != nil {
		writeParts(t.page, []part{t.about.Request.part(s)})
	}
	return t.page.flush()
}

func (t *planTable) headline(s *report.Summary) {
	backup := t.about.Restore.Spec.BackupName
	if b := t.about.Backup; b != nil {
		if at := velero.TimeText(b.Status.StartTimestamp); at != "" {
			backup += " of " + at + age(b.Status.StartTimestamp.Time, t.about.Now)
		}
		if b.Status.Phase != "" {
			backup += ", " + b.Status.Phase
		}
	}
	t.page.fact("Backup", backup)
	t.page.fact("From", t.about.Source+" ("+t.about.Format+")")
	if cluster := sourceCluster(t.about.Backup); cluster != "" {
		t.page.fact("Cluster", cluster)
	}
	t.page.fact("Restore", t.about.Restore.Name+" "+t.about.profile())
	if target := targetSources(s.Target, t.about.Now); target != "" {
		t.page.fact("Target", target)
	}
	if with := plugins(s.Plugins); with != "" {
		t.page.fact("Plugins", with)
	}
	t.plan(s)
	if left := leftOut(s); left != "" {
		t.page.fact("Left out", left)
	}
	t.page.fact("Found", found(s, t.about.Notes))
}

// plan is SummaryLine without its findings, in colour, over as many lines as it takes.
func (t *planTable) plan(s *report.Summary) {
	all := Count(s.Items, "item") + ":"
	t.page.put(strong, padded("Plan", factColumn))
	t.page.put(strong, all)
	at := factColumn + runes(all)
	rows := counted(s)
	for n, row := range rows {
		text, i := strconv.Itoa(s.Outcomes[row.outcome])+" "+row.done, row.ink
		if s.Outcomes[row.outcome] == 0 {
			i = faint
		}
		comma := ""
		if n < len(rows)-1 {
			comma = ","
		}
		if at+1+runes(text+comma) > t.page.width {
			t.page.end()
			t.page.put(plain, strings.Repeat(" ", factColumn-1))
			at = factColumn - 1
		}
		t.page.put(plain, " ")
		t.page.put(i, text)
		t.page.put(plain, comma)
		at += 1 + runes(text+comma)
	}
	t.page.end()
}

// leftOut says what the filters leave out, "" for nothing.
func leftOut(s *report.Summary) string {
	l := &s.LeftOut
	var parts []string
	for _, part := range []struct {
		n  int
		by string
	}{
		{l.Resource, "by resource" + leftResources(s.LeftOutResources)}, {l.Namespace, "by namespace"}, {l.ClusterScoped, "as cluster-scoped"}, {l.Selector, "by label"}, {l.Policy, "by policy"},
	} {
		if part.n > 0 {
			parts = append(parts, Count(part.n, "item")+" "+part.by)
		}
	}
	return strings.Join(parts, ", ")
}

// shownLeftResources is how many resources are named of those that are left out.
const shownLeftResources = 4

// leftResources names the resources that are left out, those with the most items first.
func leftResources(items map[string]int) string {
	names := slices.SortedFunc(maps.Keys(items), func(a, b string) int { return cmp.Or(items[b]-items[a], strings.Compare(a, b)) })
	if len(names) == 0 {
		return ""
	}
	var parts []string
	for _, name := range names[:min(len(names), shownLeftResources)] {
		parts = append(parts, report.CountOf(items[name], name))
	}
	return " (" + someOf(parts, len(names)) + ")"
}

// The annotations of a backup that tell of the cluster it was made of.
const gitVersionAnnotation = "velero.io/source-cluster-k8s-gitversion"

// sourceCluster is what the backup tells of the cluster that it was made of, "" for nothing. velero-backup.json does not
// say which Velero wrote it, only the version of its format.
func sourceCluster(b *velero.Backup) string {
	if b == nil {
		return ""
	}
	text := ""
	if version := b.Annotations[gitVersionAnnotation]; version != "" {
		text = "Kubernetes " + version
	}
	if b.Status.FormatVersion != "" {
		if text != "" {
			text += ", "
		}
		text += "Velero's backup format " + b.Status.FormatVersion
	}
	return text
}

// age says how long ago something was, "" where now is not told.
func age(at, now time.Time) string {
	if now.IsZero() || now.Before(at) {
		return ""
	}
	switch hours := int(now.Sub(at).Hours()); {
	case hours < 1:
		return " (less than an hour ago)"
	case hours < 48:
		return " (" + Count(hours, "hour") + " ago)"
	default:
		return " (" + Count(hours/24, "day") + " ago)"
	}
}

// writeModifierRules shows how each rule fared: one that hits nothing is what users of Velero never learn of.
func writeModifierRules(p *page, rules []report.ModifierRule) {
	if len(rules) == 0 {
		return
	}
	p.section(strong, "RESOURCE MODIFIERS")
	for _, rule := range rules {
		i := plain
		switch {
		case rule.Failed > 0:
			i = bad
		case rule.Hits == 0:
			i = caution
		}
		p.put(plain, "  ")
		p.put(i, fmt.Sprintf("rule %d", rule.Index))
		p.line(plain, fmt.Sprintf(" (%s): %s, %d patched, %d failed", rule.Resource, Count(rule.Hits, "hit"), rule.Patched, rule.Failed))
		if rule.FirstError != "" {
			p.hanging(bad, 4, 6, "first failure: "+rule.FirstError)
		}
		for _, miss := range rule.NearMisses {
			p.hanging(caution, 4, 6, "near miss: "+miss)
		}
	}
}
