package trial

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// Policies is how the resource policies of a file fare on a backup.
type Policies struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	File       string   `json:"file"`
	Backup     string   `json:"backup"`
	Source     string   `json:"source"`
	Broken     int      `json:"broken"`   // filters that take nothing
	Doubtful   int      `json:"doubtful"` // policies and filters with something odd about them
	Policies   []Policy `json:"policies"`
}

// Policy is how one policy fares.
type Policy struct {
	Where      string      `json:"where"`
	Namespaces []string    `json:"namespaces,omitempty"`
	Doubts     []string    `json:"doubts,omitempty"` // about its namespaces
	Filters    []Filter    `json:"filters"`
	NotListed  []NotListed `json:"notListed,omitempty"` // what is left out in its namespaces since no filter lists it
}

// Filter is how one filter of a policy fares.
type Filter struct {
	Where        string   `json:"where"`
	Kinds        []string `json:"kinds"` // "*" for all that no other filter lists
	By           string   `json:"by,omitempty"`
	Taken        int      `json:"taken"`
	OtherNames   int      `json:"otherNames"`
	OtherLabels  int      `json:"otherLabels"`
	TakesNothing bool     `json:"takesNothing"`
	Doubts       []string `json:"doubts,omitempty"` // why it takes nothing, or what else is odd
}

// NotListed are the items of a resource.
type NotListed struct {
	Resource string `json:"resource"`
	Items    int    `json:"items"`
}

// RunPolicies restores with the resource policies of the options, which are complete, and looks at no item. The file and the label
// are how the user named the policies and the backup.
func RunPolicies(ctx context.Context, src *tarball.Source, o *restore.Options, file, label string) (*Policies, error) {
	o.Unread = report.Changes | report.Values | report.Objects
	summary, err := restore.Preview(ctx, src, o, report.SinkFunc(func(*report.Item) error { return nil }))
	if err != nil {
		return nil, err
	}
	t := &Policies{APIVersion: "veltx.io/v1alpha1", Kind: "PolicyTrial", File: file, Backup: o.Restore.Spec.BackupName, Source: label, Policies: []Policy{}}
	for _, p := range summary.Policies {
		t.add(&p)
	}
	return t, nil
}

func (t *Policies) add(of *report.Policy) {
	p := Policy{Where: of.Where, Namespaces: of.Namespaces, Doubts: whys(of.Findings), Filters: []Filter{}, NotListed: notListed(of.NotListed)}
	if len(p.Doubts) > 0 {
		t.Doubtful++
	}
	for _, f := range of.Filters {
		line := Filter{
			Where: f.Where, Kinds: f.Kinds, By: f.By, Taken: f.Taken, OtherNames: f.OtherNames, OtherLabels: f.OtherLabels,
			TakesNothing: f.Taken == 0, Doubts: whys(f.Findings),
		}
		switch {
		case line.TakesNothing:
			t.Broken++
		case len(line.Doubts) > 0:
			t.Doubtful++
		}
		p.Filters = append(p.Filters, line)
	}
	t.Policies = append(t.Policies, p)
}

// whys are the messages of findings without the place that they begin with.
func whys(list []report.Finding) []string {
	var texts []string
	for _, f := range list {
		entry := f.Subject[strings.Index(f.Subject, " ")+1:]
		texts = append(texts, entry+strings.TrimPrefix(f.Message, f.Subject+" matches nothing"))
	}
	return texts
}

// notListed are the most first.
func notListed(by map[string]int) (list []NotListed) {
	for _, resource := range slices.Sorted(maps.Keys(by)) {
		list = append(list, NotListed{resource, by[resource]})
	}
	slices.SortStableFunc(list, func(a, b NotListed) int { return cmp.Compare(b.Items, a.Items) })
	return list
}

// Wrong implements Result.
func (t *Policies) Wrong() (broken, doubtful int) { return t.Broken, t.Doubtful }

// Parts implements Result.
func (t *Policies) Parts() []Part {
	var parts []Part
	for _, p := range t.Policies {
		part := Part{Class: "policy", Name: p.Where, Policy: p.Where}
		for _, doubt := range p.Doubts {
			part.Findings = append(part.Findings, report.Finding{ID: "policy-doubtful", Severity: report.Warning, Message: "namespaces: " + doubt})
		}
		parts = append(parts, part)
		for i := range p.Filters {
			f := &p.Filters[i]
			parts = append(parts, Part{Class: "filter", Name: fmt.Sprintf("%s (%s)", f.Where, strings.Join(f.Kinds, ", ")), Policy: f.Where, Findings: f.findings()})
		}
	}
	return parts
}

// findings are what is wrong with a filter.
func (f *Filter) findings() []report.Finding {
	of := report.Finding{ID: "policy-doubtful", Severity: report.Warning}
	if f.TakesNothing {
		of = report.Finding{ID: "policy-takes-nothing", Severity: report.Error, Message: "takes nothing"}
	}
	if len(f.Doubts) > 0 {
		of.Message = strings.TrimPrefix(of.Message+": "+strings.Join(f.Doubts, "; "), ": ")
	}
	if of.Message == "" {
		return nil
	}
	return []report.Finding{of}
}
