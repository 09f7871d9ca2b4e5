package strict

import (
	"encoding/json"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

type head struct {
	Kind string `json:"kind"`
}

type sample struct {
	head `json:",inline"`

	Names  []string          `json:"names"`
	Pairs  map[string]string `json:"pairs"`
	On     *bool             `json:"enabled"`
	Wait   metav1.Duration   `json:"wait"`
	Any    map[string]any    `json:"any"`
	Exact  string            `yaml:"exact"`
	Hidden string            `json:"-"`
	Number int               `json:"number"`
}

func TestWhatADecoderRefusesIsToldByPathAndWithoutGoTypes(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"{kind: a, KIND: b, wait: 1s, any: {a: [1]}, pairs: null, enabled: true, exact: a}", ""},
		{"{name: a}", "name: unknown field, not one of kind, names, pairs, enabled, wait, any, exact, number"},
		{"{Exact: a}", "Exact: unknown field, not one of "},
		{"{Hidden: a}", "Hidden: unknown field, not one of "},
		{"{names: a}", `names: want a list, got "a"`},
		{"{names: [{a: b}]}", "names[0]: want text, got a mapping"},
		{"{pairs: [a]}", "pairs: want a mapping, got a list"},
		{"{pairs: {a: [b]}}", "pairs.a: want text, got a list"},
		{"{enabled: 1}", "enabled: want true or false, got 1"},
		{"{enabled: 1, x: 2}", "enabled: want true or false, got 1\nx: unknown field, not one of "},
		{"[a]", "want a mapping, got a list"},
		{strings.Repeat("a", 81), "want a mapping, got a text of 81 bytes"},
		{"{number: x}", "number: is string, which does not belong there"},
	} {
		var s sample
		err := yaml.UnmarshalStrict([]byte(row.text), &s)
		if row.want == "" {
			if list := Misfits("", []byte(row.text), &s); len(list) > 0 {
				t.Errorf("%s: %v", row.text, list)
			}
			continue
		}
		got := Explain(err, []byte(row.text), &s).Error()
		if !strings.HasPrefix(got, row.want) || strings.Contains(got, "strict.") || strings.Contains(got, "[]string") {
			t.Errorf("%s: got %q, want %q", row.text, got, row.want)
		}
	}
}

func TestWhatCannotBeExplainedStays(t *testing.T) {
	text := []byte(`{"wait":"long"}`)
	var s sample
	err := json.Unmarshal(text, &s)
	if got := Explain(err, text, &s); got != err {
		t.Errorf("got %v, want %v", got, err)
	}
	if got := Misfits("whole", []byte("[a]"), &s); len(got) != 1 || got[0].Error() != "whole: want a mapping, got a list" {
		t.Errorf("got %v", got)
	}
	if got := Misfits("whole", []byte("a: ["), &s); got != nil {
		t.Errorf("got %v", got)
	}
}
