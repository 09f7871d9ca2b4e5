package html_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

var packed = regexp.MustCompile(`<script type="text/plain" class="details">([^<]*)</script>`)

// unpacked is the report with what it holds packed.
func unpacked(t *testing.T, page []byte) string {
	t.Helper()
	all := string(page)
	for _, match := range packed.FindAllSubmatch(page, -1) {
		r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(match[1])))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}

// secretValues are the values in the sample's Secrets that a restore changes, as they are and decoded.
func secretValues(t *testing.T) []string {
	t.Helper()
	var values []string
	for line := range bytes.Lines(veltx(t, "restore-preview", "--sample", "-o", "jsonl", "--show-secrets", "--include-resources", "secrets")) {
		var i report.Item
		if err := json.Unmarshal(line, &i); err != nil {
			t.Fatal(err)
		}
		for _, c := range i.Changes {
			var text string
			if !strings.HasPrefix(c.Path, "/data/") || json.Unmarshal(c.Old, &text) != nil {
				continue
			}
			decoded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text, string(decoded))
		}
	}
	return values
}

func TestValuesOfSecretsAreInAReportOnlyWhenAskedFor(t *testing.T) {
	values := secretValues(t)
	if len(values) == 0 {
		t.Fatal("the sample has no Secret whose values a restore changes")
	}
	without := unpacked(t, veltx(t, "restore-preview", "--sample", "-o", "html"))
	with := unpacked(t, veltx(t, "restore-preview", "--sample", "-o", "html", "--show-secrets"))
	for _, value := range values {
		if strings.Contains(without, value) {
			t.Errorf("%s is in the report", value)
		}
	}
	if !slices.ContainsFunc(values, func(value string) bool { return strings.Contains(with, value) }) {
		t.Error("with --show-secrets no value is in the report")
	}
}
