package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// checks are a result for a pipeline: what was looked at one by one, and what is wrong with each. What is no plan is told in
// the words of one this way.
type checks struct {
	title   string // "Verification of 2 backups"
	line    string // how it came out
	program string
	area    findings.Area
	fails   func(*report.Finding) bool
	list    []check
}

// check is one of them.
type check struct {
	class, name string
	found       []report.Finding
	at          place // of its findings, for those without one of their own
	places      []place
}

// checkFormats are the choices of -o that checks have.
var checkFormats = []string{JUnit, SARIF, CodeQuality, Markdown}

func (c *checks) write(out io.Writer, format string) error {
	switch format {
	case JUnit:
		return c.junit(out)
	case SARIF:
		return c.sarif(out)
	case CodeQuality:
		return c.codeQuality(out)
	}
	return c.markdown(out)
}

func (c *checks) junit(out io.Writer) error {
	suite := newJUnitSuite(out, c.area, c.fails)
	for _, one := range c.list {
		suite.add(Clean(one.class), Clean(one.name), "", one.found)
	}
	return suite.write(c.title, nil, c.line)
}

func (c *checks) sarif(out io.Writer) error {
	var at place
	log := newSARIF(out, &About{Program: c.program}, c.area, func(*report.Finding, *report.Item) place { return at })
	defer func() { _ = log.Close() }() // temporary files
	err := c.each(&at, func(f *report.Finding, item *report.Item) error { return log.keep(f.Severity, log.result(f, item)) })
	if err != nil {
		return err
	}
	return log.Finish(&report.Summary{})
}

func (c *checks) codeQuality(out io.Writer) error {
	var at place
	list := newPlanCodeQuality(out, func(*report.Finding, *report.Item) place { return at })
	if err := c.each(&at, list.issue); err != nil {
		return err
	}
	return list.Finish(&report.Summary{})
}

// each hands over what was found, with a place set to that of each.
func (c *checks) each(at *place, show func(*report.Finding, *report.Item) error) error {
	for _, one := range c.list {
		item := &report.Item{Name: one.name}
		for n := range one.found {
			if *at = one.at; n < len(one.places) {
				*at = one.places[n]
			}
			if err := show(&one.found[n], item); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checks) markdown(out io.Writer) error {
	m := markdownText{area: c.area, findings: findingGroups{}}
	for _, one := range c.list {
		for _, f := range one.found {
			m.findings.addOne(f, one.name)
		}
	}
	fmt.Fprintf(&m.text, "## %s\n\n%s.\n\n", marked(c.title), marked(strings.TrimSuffix(c.line, ".")))
	m.severity(report.Error, "Errors")
	m.severity(report.Warning, "Warnings")
	_, err := io.WriteString(out, strings.TrimRight(m.text.String(), "\n")+"\n")
	return err
}
