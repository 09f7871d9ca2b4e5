package render

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// planJUnit is the plan as a test report: each item is a test case, and so is each finding of the whole plan. What makes
// the run fail is a failure; other findings are the case's output; items that are not written are skipped. The counts
// stand at the front, so the cases are kept until the end. What names an item in a finding of the whole plan belongs to its case.
type planJUnit struct {
	out             *bufio.Writer
	about           *About
	shelf           shelf
	cases           [][]byte
	current         bytes.Buffer
	tests, failures int
	skipped         int
}

func newPlanJUnit(out io.Writer, about *About) *planJUnit {
	return &planJUnit{out: bufio.NewWriterSize(out, 64<<10), about: about, shelf: shelf{dir: about.TempDir}}
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

func (j *planJUnit) add(class, name, skip string, found []report.Finding) {
	var failing, others []report.Finding
	for _, f := range found {
		if j.about.fails(&f) {
			failing = append(failing, f)
		} else {
			others = append(others, f)
		}
	}
	j.tests++
	fmt.Fprintf(&j.current, "    <testcase classname=\"%s\" name=\"%s\"", escaped(class), escaped(name))
	if len(failing)+len(others) == 0 && skip == "" {
		j.close("/>\n")
		return
	}
	j.current.WriteString(">\n")
	switch {
	case len(failing) > 0:
		j.failures++
		fmt.Fprintf(&j.current, "      <failure type=\"%s\" message=\"%s\">%s</failure>\n",
			escaped(failing[0].ID), escaped(at(failing[0])), escaped(listed(failing)))
	case skip != "":
		j.skipped++
		fmt.Fprintf(&j.current, "      <skipped message=\"%s\"/>\n", escaped(skip))
	}
	if len(others) > 0 {
		fmt.Fprintf(&j.current, "      <system-out>%s</system-out>\n", escaped(listed(others)))
	}
	j.close("    </testcase>\n")
}

// close ends a case, and puts the cases aside in pieces, so that no buffer has to grow over all of them.
func (j *planJUnit) close(end string) {
	j.current.WriteString(end)
	if j.current.Len() >= 64<<10 {
		j.cases = append(j.cases, bytes.Clone(j.current.Bytes()))
		j.current.Reset()
	}
}

// listed writes one finding a line, with what to do about it.
func listed(list []report.Finding) string {
	var lines []string
	for _, f := range list {
		line := string(f.Severity) + " " + f.ID
		if f.Accepted {
			line += " (accepted)"
		}
		line += ": " + Clean(at(f))
		if todo := advice(f.ID); todo != "" {
			line += " -> " + todo
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// escaped makes text safe for XML: for people first, so that nothing is lost without a sign, and then for the parser.
func escaped(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = Clean(lines[i])
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.Join(lines, "\n")))
	return strings.ReplaceAll(b.String(), "&#xA;", "\n")
}

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
	name := "restore of " + j.about.Restore.Spec.BackupName
	_, _ = j.out.WriteString(xml.Header)
	fmt.Fprintf(j.out, "<testsuites name=\"veltx\" tests=\"%d\" failures=\"%d\" errors=\"0\">\n", j.tests, j.failures)
	fmt.Fprintf(j.out, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n", escaped(name), j.tests, j.failures, j.skipped)
	j.properties()
	for _, part := range j.cases {
		_, _ = j.out.Write(part)
	}
	_, _ = j.out.Write(j.current.Bytes())
	if text := plainText(s); text != "" {
		fmt.Fprintf(j.out, "    <system-out>%s</system-out>\n", escaped(text))
	}
	_, _ = j.out.WriteString("  </testsuite>\n</testsuites>\n")
	return j.out.Flush()
}

func (j *planJUnit) properties() {
	_, _ = j.out.WriteString("    <properties>\n")
	for _, p := range [][2]string{
		{"backup", j.about.Restore.Spec.BackupName}, {"source", j.about.Source}, {"restore", j.about.Restore.Name}, {"velero", j.about.Release},
	} {
		fmt.Fprintf(j.out, "      <property name=\"%s\" value=\"%s\"/>\n", p[0], escaped(p[1]))
	}
	_, _ = j.out.WriteString("    </properties>\n")
}
