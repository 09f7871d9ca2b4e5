package object

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What an API server gets from Velero, which reads an item with encoding/json into Unstructured.
// Source: v1.18.2 pkg/archive/filesystem.go:49-63, v1.6.3 pkg/archive/filesystem.go:41-55.
func TestInvalidUTF8BecomesWhatVeleroSends(t *testing.T) {
	text := []byte("{\"apiVersion\":\"v1\",\"kind\":\"K\",\"a\xff\":\"b\xff\xfec\xe2\x82 d\xed\xa0\x80\"}")
	var want, got unstructured.Unstructured
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	valid := ValidUTF8(text)
	if err := json.Unmarshal(valid, &got); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(valid) || !reflect.DeepEqual(got.Object, want.Object) {
		t.Errorf("got %s, which is %q; want %q", valid, got.Object, want.Object)
	}
	if text := []byte(`{"a":"größer"}`); &ValidUTF8(text)[0] != &text[0] {
		t.Error("valid text is copied")
	}
}

func TestPrintableJSONMeansTheSame(t *testing.T) {
	for _, text := range []string{
		`{"a":"plain"}`, "[\n\t1,\r\n 2]", `"größer, 東京"`, "\"\x7f\u0080\u009b31m\u009f\"", "\"a\u202eb\u2066c\u200b\ufeff\u2028\u2029\"",
		"\"\U000e0001\U0001f600\"", "\"\xff\xfe\u009b\"", `"\u009b\u001b"`, "{\"\u009b\":\"\x7f\"}",
	} {
		printable := Printable([]byte(text))
		var want, got any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(printable, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q became %q: %v; got %q, want %q", text, printable, err, got, want)
		}
		if i := bytes.IndexFunc(printable, func(r rune) bool { return Obeyed(r) && !strings.ContainsRune("\n\r\t", r) }); i >= 0 || !utf8.Valid(printable) {
			t.Errorf("%q became %q, which can be obeyed at %d", text, printable, i)
		}
	}
}
