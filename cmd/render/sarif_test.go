package render

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// The official schema of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json) is OASIS's
// own text, of which there is no copy here: it lies among the test data of a Go module, in the version that the linter builds on.
const (
	schemaModule = "github.com/securego/gosec/v2@v2.29.0"
	schemaFile   = "report/sarif/testdata/sarif-schema-2.1.0.json"
	schemaSHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
)

// officialSARIF returns the path of the official schema. It needs the Go module proxy the first time.
func officialSARIF(t *testing.T) string {
	t.Helper()
	download := exec.Command("go", "mod", "download", "-json", schemaModule)
	download.Dir = t.TempDir() // outside of this module, which does not depend on that one
	download.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	answer, err := download.Output()
	var module struct{ Dir, Error string }
	if bad := json.Unmarshal(answer, &module); bad != nil || err != nil || module.Error != "" {
		t.Fatalf("%s, which has the schema, is not to be had: %v %s %v", schemaModule, err, module.Error, bad)
	}
	file := filepath.Join(module.Dir, filepath.FromSlash(schemaFile))
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != schemaSHA256 {
		t.Fatalf("the schema is not the official one: its SHA-256 is %s", got)
	}
	return file
}

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
	p, err := NewPreview(format, &out, about, Style{})
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
	schema, err := jsonschema.NewCompiler().Compile(officialSARIF(t))
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
		// The schema says no, too.
		v.(map[string]any)["version"] = "2.0.0"
		if schema.Validate(v) == nil {
			t.Error("the schema accepts another version")
		}
	}
}
