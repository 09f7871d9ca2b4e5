package render

import (
	"cmp"
	"encoding/json"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// planJUnit is the plan as a test report: each item is a test case, and so is each finding of the whole plan. Items that
// are not written are skipped. What names an item in a finding of the whole plan belongs to its case.
type planJUnit struct {
	junitSuite

	about *About
	shelf shelf
}

func newPlanJUnit(out io.Writer, about *About) *planJUnit {
	return &planJUnit{junitSuite: newJUnitSuite(out, about.area(), about.fails), about: about, shelf: shelf{dir: about.TempDir}}
}

// Item implements report.Sink.
func (j *planJUnit) Item(i *report.Item) error {
	name := i.Name
	if namespace := cmp.Or(i.Namespace, i.OriginalNamespace); namespace != "" {
		name = namespace + "/" + name
	}
	skip := ""
	if i.Outcome == report.Skip || i.Outcome == report.Exists {
		skip = string(i.Outcome) + ": " + i.Reason
	}
	c := testCase{Class: Clean(cmp.Or(i.Resource, "archive")), Name: Clean(name), Skip: Clean(skip)}
	for f := range i.Findings() {
		found := *f
		found.Path, found.Message = Clean(f.Path), Clean(f.Message)
		c.Found = append(c.Found, found)
	}
	record, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return j.shelf.add(i, record)
}

// testCase is a case before it is known which findings of the whole plan name its item.
type testCase struct {
	Class, Name, Skip string
	Found             []report.Finding
}

// Close implements io.Closer.
func (j *planJUnit) Close() error { return j.shelf.Close() }

// addShelved adds the case of an item.
func (j *planJUnit) addShelved(record []byte, named []report.PlanFinding) error {
	var c testCase
	if err := json.Unmarshal(record, &c); err != nil {
		return err
	}
	for _, f := range named {
		c.Found = append(c.Found, report.Finding{ID: f.ID, Severity: f.Severity, Accepted: f.Accepted, Message: "see the case of plan " + planCase(f.ID, f.Subject)})
	}
	j.add(c.Class, c.Name, c.Skip, c.Found)
	return nil
}

// planCase is the name of the case of a finding of the whole plan.
func planCase(id, subject string) string { return strings.TrimSpace(id + " " + subject) }

// Finish implements Preview.
func (j *planJUnit) Finish(s *report.Summary) error {
	if err := j.shelf.each(s, j.addShelved); err != nil {
		return err
	}
	for _, f := range s.Findings {
		if named := f.NewItems(); len(named) > 0 {
			f.Message += ": " + strings.Join(named, ", ")
		}
		j.add("plan", planCase(f.ID, f.Subject), "", []report.Finding{f})
	}
	properties := [][2]string{{"backup", j.about.subject()}, {"source", j.about.Source}}
	if j.about.Restore != nil {
		properties = append(properties, [2]string{"restore", j.about.Restore.Name})
	}
	return j.write(j.about.what()+" of "+j.about.subject(), append(properties, [2]string{"velero", j.about.Release}), plainText(s))
}
