package render

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// junitSuite is a test report. What makes the run fail is a failure, other findings are the case's output. The counts stand at
// the front, so the cases are kept until the end.
type junitSuite struct {
	out             *bufio.Writer
	area            findings.Area
	fails           func(*report.Finding) bool
	cases           [][]byte
	current         bytes.Buffer
	tests, failures int
	skipped         int
}

func newJUnitSuite(out io.Writer, area findings.Area, fails func(*report.Finding) bool) junitSuite {
	return junitSuite{out: bufio.NewWriterSize(out, 64<<10), area: area, fails: fails}
}

func (j *junitSuite) add(class, name, skip string, found []report.Finding) {
	var failing, others []report.Finding
	for _, f := range found {
		if j.fails(&f) {
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
			escaped(failing[0].ID), escaped(at(failing[0])), escaped(j.listed(failing)))
	case skip != "":
		j.skipped++
		fmt.Fprintf(&j.current, "      <skipped message=\"%s\"/>\n", escaped(skip))
	}
	if len(others) > 0 {
		fmt.Fprintf(&j.current, "      <system-out>%s</system-out>\n", escaped(j.listed(others)))
	}
	j.close("    </testcase>\n")
}

// close ends a case, and puts the cases aside in pieces, so that no buffer has to grow over all of them.
func (j *junitSuite) close(end string) {
	j.current.WriteString(end)
	if j.current.Len() >= 64<<10 {
		j.cases = append(j.cases, bytes.Clone(j.current.Bytes()))
		j.current.Reset()
	}
}

// listed writes one finding a line, with what to do about it.
func (j *junitSuite) listed(list []report.Finding) string {
	var lines []string
	for _, f := range list {
		line := string(f.Severity) + " " + f.ID
		if f.Accepted {
			line += " (accepted)"
		}
		line += ": " + Clean(at(f))
		if todo := findings.Remedy(j.area, f.ID); todo != "" {
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

// write writes the report.
func (j *junitSuite) write(name string, properties [][2]string, output string) error {
	_, _ = j.out.WriteString(xml.Header)
	fmt.Fprintf(j.out, "<testsuites name=\"veltx\" tests=\"%d\" failures=\"%d\" errors=\"0\">\n", j.tests, j.failures)
	fmt.Fprintf(j.out, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n", escaped(name), j.tests, j.failures, j.skipped)
	if len(properties) > 0 {
		_, _ = j.out.WriteString("    <properties>\n")
		for _, p := range properties {
			fmt.Fprintf(j.out, "      <property name=\"%s\" value=\"%s\"/>\n", p[0], escaped(p[1]))
		}
		_, _ = j.out.WriteString("    </properties>\n")
	}
	for _, part := range j.cases {
		_, _ = j.out.Write(part)
	}
	_, _ = j.out.Write(j.current.Bytes())
	if output != "" {
		fmt.Fprintf(j.out, "    <system-out>%s</system-out>\n", escaped(output))
	}
	_, _ = j.out.WriteString("  </testsuite>\n</testsuites>\n")
	return j.out.Flush()
}
