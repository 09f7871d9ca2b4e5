package render

import (
	"encoding/xml"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// officialJUnit is the schema that Jenkins' xUnit plugin publishes (src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
// of jenkinsci/xunit-plugin, MIT), beside the recordings of a real cluster. There is no copy of it here.
const officialJUnit = "../../../shared/schemas/junit-10.xsd"

// element is any XML element.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) (string, bool) {
	i := slices.IndexFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return "", false
	}
	return e.Attrs[i].Value, true
}

// junitRules is the schema that Jenkins' xUnit plugin publishes for JUnit (junit-10.xsd), as far as it concerns what is
// written here: of each element its attributes, those that are required, and its children.
var junitRules = map[string]struct{ required, optional, children []string }{
	"testsuites": {nil, []string{"name", "time", "tests", "failures", "errors"}, []string{"testsuite"}},
	"testsuite": {
		[]string{"name", "tests", "failures", "errors"},
		[]string{"time", "skipped", "timestamp", "hostname", "id", "package"},
		[]string{"properties", "testcase", "system-out", "system-err"},
	},
	"properties": {nil, nil, []string{"property"}},
	"property":   {[]string{"name", "value"}, nil, nil},
	"testcase": {
		[]string{"name"}, []string{"classname", "time"},
		[]string{"skipped", "error", "failure", "system-out", "system-err"},
	},
	"failure":    {nil, []string{"type", "message"}, nil},
	"skipped":    {nil, []string{"message"}, nil},
	"system-out": {nil, nil, nil},
}

func checkJUnit(t *testing.T, e *element) {
	t.Helper()
	rule, ok := junitRules[e.XMLName.Local]
	if !ok {
		t.Errorf("<%s> is no element of the schema", e.XMLName.Local)
		return
	}
	for _, name := range rule.required {
		if _, ok := e.attr(name); !ok {
			t.Errorf("<%s> needs the attribute %s", e.XMLName.Local, name)
		}
	}
	for _, a := range e.Attrs {
		if !slices.Contains(slices.Concat(rule.required, rule.optional), a.Name.Local) {
			t.Errorf("<%s> has the attribute %s, which the schema does not know", e.XMLName.Local, a.Name.Local)
		}
	}
	for i := range e.Children {
		if !slices.Contains(rule.children, e.Children[i].XMLName.Local) {
			t.Errorf("<%s> has the child <%s>, which the schema does not allow", e.XMLName.Local, e.Children[i].XMLName.Local)
		}
		checkJUnit(t, &e.Children[i])
	}
}

func TestJUnitFitsTheCommonSchemaAndCounts(t *testing.T) {
	items, s := hostilePlan()
	var root element
	if err := xml.Unmarshal([]byte(shown(t, JUnit, items, s)), &root); err != nil {
		t.Fatal(err)
	}
	checkJUnit(t, &root)
	suite := &root.Children[0]
	tests, failures, skipped := 0, 0, 0
	for i := range suite.Children {
		if suite.Children[i].XMLName.Local != "testcase" {
			continue
		}
		tests++
		for _, child := range suite.Children[i].Children {
			switch child.XMLName.Local {
			case "failure":
				failures++
			case "skipped":
				skipped++
			}
		}
	}
	for name, want := range map[string]int{"tests": tests, "failures": failures, "skipped": skipped} {
		if got, _ := suite.attr(name); got != strconv.Itoa(want) {
			t.Errorf("%s: the suite says %s, and has %d", name, got, want)
		}
	}
	if tests != 5 || failures != 2 || skipped != 1 {
		t.Errorf("got %d tests, %d failures, %d skipped, want 5, 2, 1", tests, failures, skipped)
	}
}

func TestJUnitFitsTheOfficialSchema(t *testing.T) {
	if _, err := os.Stat(officialJUnit); err != nil {
		t.Skip("no schema at " + officialJUnit)
	}
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("no xmllint here: it is in libxml2-utils")
	}
	items, s := hostilePlan()
	for _, row := range []struct {
		name, text string
		fits       bool
	}{
		{"full", shown(t, JUnit, items, s), true},
		{"empty", shown(t, JUnit, nil, &report.Summary{}), true},
		{"wrong", "<testsuites><testcase/></testsuites>", false},
	} {
		check := exec.Command(xmllint, "--nonet", "--noout", "--schema", officialJUnit, "-")
		check.Stdin = strings.NewReader(row.text)
		if out, err := check.CombinedOutput(); (err == nil) != row.fits {
			t.Errorf("%s: fits: %t, want %t: %s", row.name, err == nil, row.fits, out)
		}
	}
}
