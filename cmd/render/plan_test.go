package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

func testAbout() *About {
	a := &About{Source: "b.tar.gz", Format: "tar.gz", VeleroVersion: "1.18", Release: "v1.18.2", Restore: &velero.Restore{}}
	a.Restore.Name, a.Restore.Namespace, a.Restore.Spec.BackupName = "r", "velero", "b"
	a.Request = &Request{Request: &restore.Request{Command: []string{"velero", "restore", "create"}, Objects: []*object.Value{object.MustParse(`{"kind":"Restore"}`)}}}
	return a
}

// odd is JSON that encoding/json would not write like this.
const odd = `{"z":1.0,"big":9007199254740993,"e":1e5,"html":"<a href=\"x\">&amp;</a>","u":"\u00e9\u2028 é","a":[]}`

func TestObjectsArePrintedByteForByte(t *testing.T) {
	item := &report.Item{Order: 1, Outcome: report.Create, Resource: "widgets.example.io", Name: "w", Object: json.RawMessage(odd),
		Changes: []report.Change{{By: "x", Op: "add", Path: "/<y>", New: json.RawMessage(`1.0`)}}}
	for _, format := range []string{JSON, JSONL} {
		got := rendered(t, format, Style{}, item)
		for _, want := range []string{`"object":` + odd, `"path":"/<y>"`, `"new":1.0`} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %s in it", format, got, want)
			}
		}
	}
}

func TestJSONAndYAMLAreTheSameDocument(t *testing.T) {
	item := &report.Item{Order: 1, Outcome: report.Create, Resource: "pods", Namespace: "n", Name: "p", Object: json.RawMessage(`{"a":"x\ny\n","b":[{"c":null}],"d":{}}`)}
	for _, items := range [][]*report.Item{nil, {item}, {item, item}} {
		fromYAML, err := yaml.YAMLToJSON([]byte(rendered(t, YAML, Style{}, items...)))
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		if err := json.Unmarshal(fromYAML, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(rendered(t, JSON, Style{}, items...)), &want); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d items:\n got %v\nwant %v", len(items), got, want)
		}
	}
}

func TestTheDocumentNamesTheRestoreWithoutWhatIsEmpty(t *testing.T) {
	about := testAbout()
	about.Restore.Spec.ItemOperationTimeout = metav1.Duration{Duration: time.Hour}
	about.Restore.Spec.NamespaceMapping = map[string]string{"a": "b"}
	var out bytes.Buffer
	p, err := NewPreview(JSON, &out, about, Style{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Finish(&report.Summary{}); err != nil {
		t.Fatal(err)
	}
	const want = `"restore":{"name":"r","namespace":"velero","spec":{"backupName":"b","namespaceMapping":{"a":"b"},"itemOperationTimeout":"1h0m0s"}}`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got %s, want %s in it", out.String(), want)
	}
}

func TestTextKeepsWithinTheColumns(t *testing.T) {
	var items []*report.Item
	for i := range 50 {
		item := &report.Item{Order: i + 1, Outcome: report.Create, Resource: "validatingadmissionpolicybindings.admissionregistration.k8s.io", Name: fmt.Sprint("n", i)}
		item.Changes = []report.Change{{By: "velero.io/service", Op: "remove", Path: fmt.Sprintf("/spec/ports/%d/nodePort", i)}}
		item.Warn("some-warning", "spec", strings.Repeat("many words ", 30))
		items = append(items, item)
	}
	text := rendered(t, Table, Style{}, items...)
	for line := range strings.Lines(text) {
		if width := runes(strings.TrimSuffix(line, "\n")); width > columns {
			t.Errorf("%d columns: %s", width, line)
		}
	}
	if want := "remove spec.ports[*].nodePort ×50"; !strings.Contains(text, want) {
		t.Errorf("got %s, want %s in it", text, want)
	}
}

// A table must not remember the items: their number, not their bytes, may cost memory, and findings only their first.
func TestATableKeepsOnlyCounts(t *testing.T) {
	table := newPlanTable(newPage(io.Discard, Style{}), testAbout())
	for i := range 10_000 {
		item := &report.Item{Order: i + 1, Outcome: report.Fail, Resource: "pods", Namespace: "n", Name: fmt.Sprint(i), Object: json.RawMessage(`{}`)}
		item.Changes = []report.Change{{By: "x", Op: "add", Path: fmt.Sprint("/metadata/annotations/a", i)}}
		item.Error("id", "", fmt.Sprint("message ", i))
		if err := table.Item(item); err != nil {
			t.Fatal(err)
		}
	}
	group := table.findings[findingKey{report.Error, "id"}]
	if len(group.messages) > maxMessages || group.total != 10_000 {
		t.Errorf("got %d messages of %d", len(group.messages), group.total)
	}
	if len(table.outcomes) != 1 || len(table.outcomes["n"]) != 1 {
		t.Errorf("got %v", table.outcomes)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAnErrorInWritingIsTold(t *testing.T) {
	for _, format := range PreviewFormats {
		p, err := NewPreview(format, brokenWriter{}, testAbout(), Style{})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Item(&report.Item{Outcome: report.Create, Resource: "pods", Name: "p"}); err != nil {
			continue
		}
		if err := p.Finish(&report.Summary{}); err == nil {
			t.Errorf("%s: no error", format)
		}
	}
}

// Work is counted in bytes that are allocated: one text was made anew for each finding that joined it.
func TestAnItemOfManyFindingsTakesWorkThatGrowsAsTheyDo(t *testing.T) {
	allocated := func(n int) uint64 {
		item := &report.Item{Outcome: report.Create, Resource: "pods", Namespace: "shop", Name: "a", OriginalNamespace: "shop", OriginalName: "a"}
		s := &report.Summary{}
		for i := range n {
			s.Add(report.Finding{ID: "pod-beside-controller", Severity: report.Warning, Subject: strconv.Itoa(i), Message: "m", Items: []string{"pods/shop/a"}})
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := preview(t, Wide, testAbout(), s, []*report.Item{item})
		runtime.ReadMemStats(&after)
		if told := strings.Count(got, "warning: pod-beside-controller"); told != n {
			t.Fatalf("%d of %d findings are told", told, n)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(10_000), allocated(20_000); many > 3*few {
		t.Errorf("10,000 findings take %d bytes, 20,000 take %d", few, many)
	}
}
