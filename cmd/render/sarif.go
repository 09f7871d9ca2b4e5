package render

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"path"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

const (
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage     = "https://github.com/veltx/veltx"
	findingsPage = homepage + "/blob/main/docs/FINDINGS.md"
)

// The parts of a SARIF log that are used, named as there.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID                   string      `json:"id"`
		ShortDescription     sarifText   `json:"shortDescription"`
		FullDescription      sarifText   `json:"fullDescription"`
		Help                 sarifText   `json:"help"`
		HelpURI              string      `json:"helpUri"`
		DefaultConfiguration sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           *int               `json:"ruleIndex,omitempty"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical  `json:"physicalLocation"`
		LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// planSARIF is a SARIF 2.1.0 log with one result for each finding. A result's file is the item's path in the archive.
type planSARIF struct {
	*stream
	about *About
	rules map[string]int
}

func newPlanSARIF(out io.Writer, about *About) *planSARIF {
	s := &planSARIF{stream: newStream(bufio.NewWriterSize(out, 64<<10)), about: about, rules: map[string]int{}}
	s.begin = s.log
	for i, e := range findings.In(findings.Restore) {
		s.rules[e.ID] = i
	}
	return s
}

// Item implements report.Sink.
func (s *planSARIF) Item(i *report.Item) error {
	for f := range i.Findings() {
		if err := s.add(s.result(f, i)); err != nil {
			return err
		}
	}
	return nil
}

// log begins the log with the rules.
func (s *planSARIF) log() error {
	_, _ = s.out.WriteString(`{"$schema":"` + sarifSchema + `","version":"2.1.0","runs":[{"tool":{"driver":{"name":"veltx","informationUri":"` + homepage + `","rules":[`)
	for i, e := range findings.In(findings.Restore) {
		before := "\n"
		if i > 0 {
			before = ",\n"
		}
		rule := sarifRule{
			ID: e.ID, ShortDescription: sarifText{e.Title}, FullDescription: sarifText{e.Meaning}, Help: sarifText{e.Remedy},
			HelpURI: findingsPage + "#" + anchor(e.ID), DefaultConfiguration: sarifConfig{string(e.Severity)},
		}
		if err := s.put(before, rule); err != nil {
			return err
		}
	}
	_, err := s.out.WriteString("\n]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[")
	return err
}

// anchor is the fragment under which a page of GitHub shows a heading.
func anchor(heading string) string {
	var kept []rune
	for _, r := range heading {
		if r != '.' {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

func (s *planSARIF) result(f *report.Finding, i *report.Item) *sarifResult {
	r := &sarifResult{RuleID: f.ID, Level: string(f.Severity), Message: sarifText{Clean(at(*f))}}
	if index, ok := s.rules[f.ID]; ok {
		r.RuleIndex = &index
	}
	var where sarifLocation
	where.PhysicalLocation.ArtifactLocation.URI = uri(filepath.Base(s.about.Source))
	where.PhysicalLocation.Region.StartLine = 1
	identity := f.ID + "\x00" + f.Subject + "\x00" + f.Path
	if i != nil {
		r.Message.Text = Clean(title(i)) + ": " + r.Message.Text
		where.PhysicalLocation.ArtifactLocation.URI = uri(itemPath(i))
		where.LogicalLocations = []sarifLogical{{FullyQualifiedName: title(i), Kind: "resource"}}
		identity += "\x00" + itemPath(i)
	}
	r.Locations = []sarifLocation{where}
	sum := sha256.Sum256([]byte(identity))
	r.PartialFingerprints = map[string]string{"veltxFinding/v1": hex.EncodeToString(sum[:16])}
	if f.Accepted {
		r.Suppressions = []sarifSuppression{{Kind: "external", Justification: "the baseline has it"}}
	}
	return r
}

// itemPath is where the item stands in the archive.
func itemPath(i *report.Item) string {
	if i.Resource == "" {
		return cmp.Or(i.OriginalName, i.Name)
	}
	return layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: cmp.Or(i.OriginalName, i.Name)}.Key().Path()
}

// uri is a relative reference that cannot be taken for one with a scheme or a host.
func uri(name string) string {
	u := url.URL{Path: path.Clean("/" + filepath.ToSlash(name))[1:]}
	return u.String()
}

// Finish implements Preview.
func (s *planSARIF) Finish(summary *report.Summary) error {
	for n := range summary.Findings {
		if err := s.add(s.result(&summary.Findings[n], nil)); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	_, _ = s.out.WriteString("}]}\n")
	return s.out.Flush()
}
