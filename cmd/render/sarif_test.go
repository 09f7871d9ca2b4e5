package render

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// officialSARIF names a file with the schema of SARIF 2.1.0, which OASIS does not let others hand on:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
const officialSARIF = "VELTX_SARIF_SCHEMA"

// hostile is a name that tries every way out of a format.
const hostile = "a<b>&\"'`|](http://x) @team #1 ]]>\n::error::x\x1b[31m\u202e%0A{{x}}"

func hostilePlan() ([]*report.Item, *report.Summary) {
	bad := &report.Item{Resource: "pods", Namespace: "store", OriginalNamespace: "shop", Name: hostile, OriginalName: hostile, Outcome: report.Fail, Reason: hostile}
	bad.Error("action-failed", "spec."+hostile, hostile)
	bad.Warn("node-unknown", "", hostile)
	stray := &report.Item{Name: "re sources/%2e/ü.json", OriginalName: "re sources/%2e/ü.json", Outcome: report.Fail}
	stray.Error("wrong-path", "", "no item")
	known := &report.Item{Resource: "nodes", Name: "n", OriginalName: "n", Outcome: report.Skip, Reason: hostile}
	known.Warnings = []report.Finding{{ID: "of-a-plugin", Severity: report.Warning, Message: "m", Accepted: true}}
	items := []*report.Item{bad, stray, known, {Resource: "pods", Namespace: "shop", Name: "b", Outcome: report.Create}}
	s := &report.Summary{}
	for n, i := range items {
		i.Order = n + 1
		s.Count(i)
	}
	s.FindOn(report.Warning, "crd-missing", hostile, hostile)
	return items, s
}

func shown(t *testing.T, format string, items []*report.Item, s *report.Summary) string {
	t.Helper()
	var out strings.Builder
	about := &About{Source: "/tmp/" + hostile, Release: "v1.18.2", Restore: &velero.Restore{}}
	about.Restore.Spec.BackupName = hostile
	p, err := NewPreview(format, &out, about, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		if err := p.Item(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSARIFHasWhatTheStandardRequires(t *testing.T) {
	items, s := hostilePlan()
	for name, text := range map[string]string{"full": shown(t, SARIF, items, s), "empty": shown(t, SARIF, nil, &report.Summary{})} {
		var log struct {
			Version string `json:"version"`
			Runs    []struct {
				Tool struct {
					Driver struct {
						Name  string `json:"name"`
						Rules []struct {
							ID                   string      `json:"id"`
							DefaultConfiguration sarifConfig `json:"defaultConfiguration"`
						} `json:"rules"`
					} `json:"driver"`
				} `json:"tool"`
				Results []sarifResult `json:"results"`
			} `json:"runs"`
		}
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name == "" || log.Runs[0].Results == nil {
			t.Errorf("%s: version, one run, its tool's name and results are required: %.200s", name, text)
		}
		rules := log.Runs[0].Tool.Driver.Rules
		for _, r := range log.Runs[0].Results {
			if r.Message.Text == "" || r.Level != "error" && r.Level != "warning" {
				t.Errorf("%s: %s: message and level are required", name, r.RuleID)
			}
			if r.RuleIndex != nil && rules[*r.RuleIndex].ID != r.RuleID {
				t.Errorf("%s: ruleIndex %d is that of %s, not of %s", name, *r.RuleIndex, rules[*r.RuleIndex].ID, r.RuleID)
			}
			uri := r.Locations[0].PhysicalLocation.ArtifactLocation.URI
			if uri == "" || strings.ContainsAny(uri, " <>\"`\n") || strings.HasPrefix(uri, "/") || strings.Contains(strings.Split(uri, "/")[0], ":") {
				t.Errorf("%s: %q is no relative reference", name, uri)
			}
		}
	}
}

func TestSARIFFitsTheOfficialSchema(t *testing.T) {
	file := os.Getenv(officialSARIF)
	if file == "" {
		t.Skip("name the official schema with " + officialSARIF)
	}
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	items, s := hostilePlan()
	for _, text := range []string{shown(t, SARIF, items, s), shown(t, SARIF, nil, &report.Summary{})} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
	}
}
