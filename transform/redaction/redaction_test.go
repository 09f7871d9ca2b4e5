package redaction

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
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
	if err := new(Redactor).Item(i); err != nil {
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
	if err := new(Redactor).Item(i); err != nil || string(i.Object) != before {
		t.Errorf("%v %s", err, i.Object)
	}
}

func TestEqualValuesAreToldEqualUnderOneKeyOnly(t *testing.T) {
	hash := func(key, value string) string {
		i := &report.Item{Resource: "secrets", Object: json.RawMessage(`{"stringData":{"q":"` + value + `"}}`)}
		r := &Redactor{Key: func() ([]byte, error) { return []byte(key), nil }}
		if err := r.Item(i); err != nil {
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
	if err := r.Item(i); err != nil {
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
		got, err := new(Redactor).Object(resource, item)
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
	if got, err := new(Redactor).Object("secrets", nil); got != nil || err != nil {
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
		if err := new(Redactor).Item(i); err != nil {
			t.Fatal(err)
		}
		if got := i.Changes[0]; string(got.Old) != row.want || string(got.New) != row.want {
			t.Errorf("%s: got %s and %s, want %s", row.path, got.Old, got.New, row.want)
		}
	}
}
