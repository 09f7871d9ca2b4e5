package render

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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
	// sarifProperties is the property bag of a run: what a preview tells beside findings.
	sarifProperties struct {
		Text     string           `json:"veltx/text"`
		Foretold *report.Foretold `json:"veltx/foretold,omitempty"`
		Volumes  []report.Volume  `json:"veltx/volumes,omitempty"`
	}
	// sarifInvocation says what is not among the results.
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// What GitHub takes: it refuses a log with more results in a run, or with more locations in a result.
// Source: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning.
const (
	maxSARIFResults   = 25_000
	maxSARIFLocations = 1_000
)

// planSARIF is a SARIF 2.1.0 log with one result for each finding, the errors first. A result's file is the item's path in the
// archive. A finding of the whole plan that names more items than a result may have has several results.
type planSARIF struct {
	*stream
	program string // its version
	area    findings.Area
	placeOf func(*report.Finding, *report.Item) place
	rules   map[string]int
	later   map[report.Severity]*shelf // results that come after the errors
	most    int                        // results in a run
	leftOut int
}

func newPlanSARIF(out io.Writer, about *About) *planSARIF {
	return newSARIF(out, about, about.area(), about.placeOf)
}

// newSARIF is a log of findings of an area, each at its place.
func newSARIF(out io.Writer, about *About, area findings.Area, placeOf func(*report.Finding, *report.Item) place) *planSARIF {
	s := &planSARIF{
		stream: newStream(bufio.NewWriterSize(out, 64<<10)), program: about.Program, area: area, placeOf: placeOf, rules: map[string]int{}, most: maxSARIFResults,
		later: map[report.Severity]*shelf{report.Warning: {dir: about.TempDir}, report.Notice: {dir: about.TempDir}},
	}
	s.begin = s.log
	for i, e := range findings.In(area) {
		s.rules[e.ID] = i
	}
	return s
}

// Item implements report.Sink.
func (s *planSARIF) Item(i *report.Item) error {
	for f := range i.Findings() {
		if err := s.keep(f.Severity, s.result(f, i)); err != nil {
			return err
		}
	}
	return nil
}

// keep writes a result that is an error, and puts others aside.
func (s *planSARIF) keep(severity report.Severity, r *sarifResult) error {
	text, err := s.encode.text(r)
	if err != nil {
		return err
	}
	if aside := s.later[severity]; aside != nil {
		return aside.put("", text)
	}
	return s.write(text)
}

// write writes a result, if there is room for it.
func (s *planSARIF) write(text []byte) error {
	if s.n == s.most {
		s.leftOut++
		return nil
	}
	return s.addText(text)
}

// Close implements io.Closer.
func (s *planSARIF) Close() error {
	return errors.Join(s.later[report.Warning].Close(), s.later[report.Notice].Close())
}

// log begins the log with the rules.
func (s *planSARIF) log() error {
	_, _ = s.out.WriteString(`{"$schema":"` + sarifSchema + `","version":"2.1.0","runs":[{"tool":{"driver":{"name":"veltx","version":`)
	if err := s.put("", s.program); err != nil {
		return err
	}
	_, _ = s.out.WriteString(`,"informationUri":"` + homepage + `","rules":[`)
	for i, e := range findings.In(s.area) {
		before := "\n"
		if i > 0 {
			before = ",\n"
		}
		rule := sarifRule{
			ID: e.ID, ShortDescription: sarifText{e.Title}, FullDescription: sarifText{e.Meaning}, Help: sarifText{e.Remedy},
			HelpURI: pageOf(s.area, e.ID), DefaultConfiguration: sarifConfig{string(e.Severity)},
		}
		if err := s.put(before, rule); err != nil {
			return err
		}
	}
	_, err := s.out.WriteString("\n]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[")
	return err
}

// pageOf is the address of what is said of a finding.
func pageOf(area findings.Area, id string) string {
	if area != findings.Restore {
		id = string(area) + "-" + id
	}
	return findingsPage + "#" + anchor(id)
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
	r := &sarifResult{RuleID: f.ID, Level: string(f.Severity), Message: sarifText{Clean(message(f))}}
	if index, ok := s.rules[f.ID]; ok {
		r.RuleIndex = &index
	}
	var where sarifLocation
	at := s.placeOf(f, i)
	where.PhysicalLocation.ArtifactLocation.URI, where.PhysicalLocation.Region.StartLine = uri(at.file), at.line
	identity := f.ID + "\x00" + f.Subject + "\x00" + f.Path
	if i != nil {
		r.Message.Text = Clean(title(i)) + ": " + r.Message.Text
		where.LogicalLocations = []sarifLogical{{FullyQualifiedName: title(i), Kind: "resource"}}
		identity += "\x00" + itemPath(i)
	}
	r.Locations = []sarifLocation{where}
	r.PartialFingerprints = fingerprint(identity)
	if f.Accepted {
		r.Suppressions = []sarifSuppression{{Kind: "external", Justification: "accepted by the baseline"}}
	}
	return r
}

func fingerprint(identity string) map[string]string {
	sum := sha256.Sum256([]byte(identity))
	return map[string]string{"veltxFinding/v1": hex.EncodeToString(sum[:16])}
}

// ofPlan are the results of a finding of the whole plan: one, or as many as its items need.
func (s *planSARIF) ofPlan(f *report.Finding) []*sarifResult {
	named := f.NewItems()
	if len(named) == 0 {
		return []*sarifResult{s.result(f, nil)}
	}
	var results []*sarifResult
	for some := range slices.Chunk(named, maxSARIFLocations) {
		r := s.result(f, nil)
		r.Locations = locationsOf(some)
		if n := len(results) * maxSARIFLocations; len(named) > maxSARIFLocations {
			r.Message.Text += fmt.Sprintf(" (items %d to %d of %d)", n+1, n+len(some), len(named))
			if n > 0 {
				r.PartialFingerprints = fingerprint(f.ID + "\x00" + f.Subject + "\x00" + f.Path + "\x00" + strconv.Itoa(n))
			}
		}
		results = append(results, r)
	}
	return results
}

// message is a finding's message behind its field. Of one that a baseline has for some of its items it says so.
func message(f *report.Finding) string {
	text := at(*f)
	if n := len(f.AcceptedItems); n > 0 {
		text += " (" + Count(n, "other item") + " accepted)"
	}
	return text
}

// locationsOf are the entries of items that a finding of the whole plan names.
func locationsOf(items []string) []sarifLocation {
	locations := make([]sarifLocation, len(items))
	for n, item := range items {
		where := &locations[n]
		where.PhysicalLocation.ArtifactLocation.URI = uri(entryOf(item))
		where.PhysicalLocation.Region.StartLine = 1
		where.LogicalLocations = []sarifLogical{{FullyQualifiedName: Clean(item), Kind: "resource"}}
	}
	return locations
}

// entryOf is where an item stands in the archive, by its address.
func entryOf(address string) string {
	parts := strings.SplitN(address, "/", 3)
	switch len(parts) {
	case 1:
		return address
	case 2:
		return layout.Address{Resource: parts[0], Name: parts[1]}.Key().Path()
	}
	return layout.Address{Resource: parts[0], Namespace: parts[1], Name: parts[2]}.Key().Path()
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
		f := &summary.Findings[n]
		for _, r := range s.ofPlan(f) {
			if err := s.keep(f.Severity, r); err != nil {
				return err
			}
		}
	}
	for _, severity := range []report.Severity{report.Warning, report.Notice} {
		if err := s.later[severity].eachRecord(func(_ string, text []byte) error { return s.write(text) }); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	if s.leftOut > 0 {
		said := sarifText{fmt.Sprintf("%s of lower severity left out, as GitHub takes %d in a run: -o json lists all", Count(s.leftOut, "result"), s.most)}
		invocation := sarifInvocation{true, []sarifNotification{{"warning", said}}}
		if err := s.put(`,"invocations":`, []sarifInvocation{invocation}); err != nil {
			return err
		}
	}
	if text := plainText(summary); text != "" {
		if err := s.put(`,"properties":`, sarifProperties{Foretold: summary.Foretold, Volumes: summary.Volumes, Text: text}); err != nil {
			return err
		}
	}
	_, _ = s.out.WriteString("}]}\n")
	return s.out.Flush()
}
