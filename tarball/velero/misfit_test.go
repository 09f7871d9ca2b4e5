package velero

import (
	"encoding/json"
	"testing"
)

func TestAMisfitIsToldByItsField(t *testing.T) {
	for text, want := range map[string]string{
		`{"spec":{"includedNamespaces":"a"}}`: "spec.includedNamespaces: is string, which does not belong there",
		`[]`:                                  "it is array, which does not belong there",
		`{"spec":`:                            "unexpected end of JSON input",
	} {
		if err := Misfit(json.Unmarshal([]byte(text), &Backup{})); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
