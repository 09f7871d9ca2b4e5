package redaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// secretItem has the secret "hunter2" in each place where a report can hold it.
func secretItem() *report.Item {
	const applied = `"{\"data\":{\"p\":\"aHVudGVyMg==\"},\"kind\":\"Secret\"}"`
	return &report.Item{
		Resource: "secrets",
		Object: json.RawMessage(`{"data":{"p":"aHVudGVyMg=="},"stringData":{"q":"hunter2"},"metadata":{"name":"s","annotations":{` +
			`"kubectl.kubernetes.io/last-applied-configuration":` + applied + `,"keep":"me"}}}`),
		Patch: json.RawMessage(`{"data":{"p":"aHVudGVyMg==","gone":null}}`),
		Changes: []report.Change{
			{Op: "remove", Path: "/data/p", Old: json.RawMessage(`"aHVudGVyMg=="`)},
			{Op: "add", Path: "/data", New: json.RawMessage(`{"p":"aHVudGVyMg=="}`)},
			{Op: "replace", Path: "/stringData/q", Old: json.RawMessage(`"hunter2"`), New: json.RawMessage(`"hunter2!"`)},
			{Op: "remove", Path: "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration", Old: json.RawMessage(applied)},
			{Op: "remove", Path: "/metadata/annotations", Old: json.RawMessage(`{"kubectl.kubernetes.io/last-applied-configuration":` + applied + `}`)},
			{Op: "remove", Path: "/metadata", Old: json.RawMessage(`{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":` + applied + `}}`)},
			{Op: "add", Path: "/metadata/labels/a", New: json.RawMessage(`"b"`)},
		},
	}
}

func TestNoSecretValueStaysInAReport(t *testing.T) {
	i := secretItem()
	if err := new(Redactor).Of(i.Resource).Item(i); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "aHVudGVyMg"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is still there: %s", secret, text)
		}
	}
	for _, kept := range []string{`"keep":"me"`, `"name":"s"`, `"new":"b"`, `redacted, 7 bytes`, `"gone":null`} {
		if !strings.Contains(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text)), kept) {
			t.Errorf("%s is gone: %s", kept, text)
		}
	}
}

func TestOtherItemsAreLeftAlone(t *testing.T) {
	i := secretItem()
	i.Resource = "configmaps"
	before := string(i.Object)
	if err := new(Redactor).Of(i.Resource).Item(i); err != nil || string(i.Object) != before {
		t.Errorf("%v %s", err, i.Object)
	}
}

func TestEqualValuesAreToldEqualUnderOneKeyOnly(t *testing.T) {
	hash := func(key, value string) string {
		i := &report.Item{Resource: "secrets", Object: json.RawMessage(`{"stringData":{"q":"` + value + `"}}`)}
		r := &Redactor{Key: func() ([]byte, error) { return []byte(key), nil }}
		if err := r.Of(i.Resource).Item(i); err != nil {
			t.Fatal(err)
		}
		return string(i.Object)
	}
	if got, want := hash("k", "hunter2"), `{"stringData":{"q":"<redacted, 7 bytes>#`; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s…", got, want)
	}
	first, again := hash("k", "hunter2"), hash("k", "hunter2")
	if first != again {
		t.Error("equal values differ")
	}
	if first == hash("k", "hunter3") || first == hash("l", "hunter2") {
		t.Error("another value, or another key, gives the same hash")
	}
}

func TestAValueIsTheSameInBase64AndAsText(t *testing.T) {
	i := &report.Item{Resource: "secrets", Object: json.RawMessage(`{"data":{"q":"aHVudGVyMg=="},"stringData":{"q":"hunter2"}}`)}
	r := &Redactor{Key: func() ([]byte, error) { return []byte("k"), nil }}
	if err := r.Of(i.Resource).Item(i); err != nil {
		t.Fatal(err)
	}
	mark := strings.Split(string(i.Object), `"`)
	if mark[5] != mark[11] {
		t.Errorf("got %s and %s", mark[5], mark[11])
	}
}

func TestAnObjectIsRedactedInACopy(t *testing.T) {
	const text = `{"data":{"q":"aHVudGVyMg=="},"metadata":{"name":"s"}}`
	for resource, want := range map[string]string{
		"configmaps": text,
		"secrets":    `{"data":{"q":"<redacted, 7 bytes>"},"metadata":{"name":"s"}}`,
	} {
		item := object.MustParse(text)
		got, err := new(Redactor).Of(resource, item).Object(item)
		if err != nil {
			t.Fatal(err)
		}
		if string(got.JSON()) != want {
			t.Errorf("%s: got %s, want %s", resource, got.JSON(), want)
		}
		if string(item.JSON()) != text {
			t.Errorf("%s: the item itself is now %s", resource, item.JSON())
		}
	}
	if got, err := new(Redactor).Of("secrets", nil).Object(nil); got != nil || err != nil {
		t.Errorf("no item: got %v, %v", got, err)
	}
}

// Each row is a change of a Secret; what stands in the place of its value, and how long that was, depends on where it was.
func TestOnlyWhatIsSecretIsHiddenAtEachPlace(t *testing.T) {
	const hidden8, hidden6 = `"<redacted, 8 bytes>"`, `"<redacted, 6 bytes>"`
	for _, row := range []struct{ path, value, want string }{
		{"/data/p", `"aHVudGVy"`, hidden6},
		{"/data/p", `"no base64"`, `"<redacted, 9 bytes>"`},
		{"/stringData/p", `"aHVudGVy"`, hidden8},
		{"/data", `{"gone":null,"n":12,"p":"aHVudGVy"}`, `{"gone":null,"n":"<redacted, 2 bytes>","p":` + hidden6 + `}`},
		{"/type", `"Opaque"`, `"Opaque"`},
		{"/immutable", `true`, `true`},
		{"/metadata/labels", `{"a":"b"}`, `{"a":"b"}`},
		{"/metadata/labels/x~1last-applied-configuration", `"b"`, `"b"`},
		{"/metadata/annotations/a", `"b"`, `"b"`},
		{"/metadata/annotations/x~1last-applied-configuration", `"aHVudGVy"`, hidden8},
		{"", `{"metadata":{"name":"s"},"stringData":{"p":"aHVudGVy"},"type":"Opaque"}`, `{"metadata":{"name":"s"},"stringData":{"p":` + hidden8 + `},"type":"Opaque"}`},
	} {
		i := &report.Item{Resource: "secrets", Changes: []report.Change{{Op: "replace", Path: row.path, Old: json.RawMessage(row.value), New: json.RawMessage(row.value)}}}
		if err := new(Redactor).Of(i.Resource).Item(i); err != nil {
			t.Fatal(err)
		}
		if got := i.Changes[0]; string(got.Old) != row.want || string(got.New) != row.want {
			t.Errorf("%s: got %s and %s, want %s", row.path, got.Old, got.New, row.want)
		}
	}
}

// A modifier can copy a value anywhere, and a message can quote it.
func TestAValueIsHiddenWhereverItStands(t *testing.T) {
	for _, row := range []struct{ name, secret, in, gone, kept string }{
		{"in base64", `"data":{"p":"aHVudGVyMg=="}`, `"labels":{"x":"aHVudGVyMg==","y":"z"}`, "aHVudGVyMg", `"y":"z"`},
		{"plain", `"data":{"p":"aHVudGVyMg=="}`, `"annotations":{"x":"-p hunter2 -v"}`, "hunter2", "13 bytes"},
		{"a whole map", `"data":{"p":"aHVudGVyMg=="}`, `"annotations":{"p":"aHVudGVyMg=="}`, "aHVudGVyMg", `"p":"<redacted, 7 bytes>"`},
		{"what is not text", `"data":{"p":"aHVudGVyMg=="}`, `"finalizers":[{"a":["hunter2"]}]`, "hunter2", "finalizers"},
		{"a short value", `"data":{"p":"MTIz"}`, `"labels":{"x":"MTIz","y":"123","z":"1234"}`, `MTIz`, `"y":"123","z":"1234"`},
		{"a number", `"data":{"p":12345}`, `"labels":{"x":12345}`, "12345", "5 bytes"},
		{"what kapp keeps", `"data":{}`, `"annotations":{"kapp.k14s.io/original":"{\"data\":{\"p\":\"b3RoZXJ3aXNl\"}}"},"labels":{"x":"otherwise"}`, "b3RoZXJ3aXNl|otherwise", "labels"},
		{"what any tool keeps", `"data":{}`, `"annotations":{"tool.example.org/state":"{\"stringData\":{\"p\":\"hunter2\"}}"}`, "hunter2", "tool.example.org/state"},
		{"what Rancher packs", `"data":{}`, `"annotations":{"objectset.rio.cattle.io/applied":"H4sIAAAAAAAA"}`, "H4sI", "12 bytes"},
		{"what Banzai packs", `"data":{}`, `"annotations":{"banzaicloud.com/last-applied":"UEsDBBQACAAI"}`, "UEsDB", "12 bytes"},
		{"the namespace of a token", `"data":{"namespace":"c2hvcA=="}`, `"labels":{"x":"shop"}`, "c2hvcA", `"x":"shop"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			was := object.MustParse(`{"kind":"Secret","metadata":{"name":"s","namespace":"shop"},` + row.secret + `}`)
			i := &report.Item{
				Resource: "secrets", Object: json.RawMessage(`{"metadata":{"name":"s",` + row.in + `}}`), Patch: json.RawMessage(`{"metadata":{` + row.in + `}}`),
				Changes: []report.Change{{Path: "/metadata", Old: json.RawMessage(`{` + row.in + `}`)}},
			}
			if err := new(Redactor).Of("secrets", was).Item(i); err != nil {
				t.Fatal(err)
			}
			for _, text := range []json.RawMessage{i.Object, i.Patch, i.Changes[0].Old} {
				if regexp.MustCompile(row.gone).Match(text) || !strings.Contains(string(text), row.kept) {
					t.Errorf("got %s, want it without %s and with %s", text, row.gone, row.kept)
				}
			}
		})
	}
}

func TestNoMessageQuotesAValue(t *testing.T) {
	long := strings.Repeat("a line\n", 20)
	secret := new(Redactor).Of("secrets", object.MustParse(`{"metadata":{"name":"s"},"stringData":{"p":"hunter2","q":"<\"&>!","r":`+strconv.Quote(long)+`}}`))
	for in, want := range map[string]string{
		"value hunter2 is not a number": "value <redacted, 7 bytes> is not a number",
		"value aHVudGVyMg== is none":    "value <redacted, 7 bytes> is none",
		`value "<\"&>!" is none`:        `value "<redacted, 5 bytes>" is none`,
		"value " + long + " is none":    "value <redacted, 140 bytes> is none",
		fmt.Sprintf("value %q", long):   `value "<redacted, 140 bytes>"`,
		"a \x007\x00 line":              "a \x007\x00 line",
		"s: nothing to hide":            "s: nothing to hide",
	} {
		i := &report.Item{Resource: "secrets", Reason: in, Notes: []report.Note{{Text: in}}, Warnings: []report.Finding{{Message: in}}, Errors: []report.Finding{{Subject: in}}}
		if err := secret.Item(i); err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{i.Reason, i.Notes[0].Text, i.Warnings[0].Message, i.Errors[0].Subject} {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		modified := secret.Modified(modifiers.Result{Errors: []modifiers.RuleError{{Err: errors.New(in)}}})
		if got := modified.Errors[0].Error(); got != want {
			t.Errorf("got the error %q, want %q", got, want)
		}
	}
}

// 20,000 values that begin alike, and as many annotations, take no longer than one after the other.
func TestManyValuesAreFoundInLinearTime(t *testing.T) {
	var values, notes []string
	for i := range 20_000 {
		values = append(values, fmt.Sprintf(`"k%06d":"password-%06d"`, i, i))
		notes = append(notes, fmt.Sprintf(`"a%06d":"it is password-%06d"`, i, i))
	}
	secret := object.MustParse(`{"stringData":{` + strings.Join(values, ",") + `}}`)
	annotations := object.MustParse(`{"metadata":{"annotations":{` + strings.Join(notes, ",") + `}}}`)
	start := time.Now()
	got, err := new(Redactor).Of("secrets", secret).Object(annotations)
	if err != nil || strings.Contains(string(got.JSON()), "password") {
		t.Errorf("a value is left, %v", err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
