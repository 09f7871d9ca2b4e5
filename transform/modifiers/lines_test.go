package modifiers

import (
	"slices"
	"testing"
)

func TestTheLinesInWhichRulesBegin(t *testing.T) {
	const rules = "version: v1\nresourceModifierRules:\n- conditions: {groupResource: pods}\n  patches: []\n\n- conditions: {groupResource: services}\n"
	for _, row := range []struct {
		name, text string
		want       []int
	}{
		{"a file of its own", rules, []int{3, 6}},
		{"a comment above", "# ours\n" + rules, []int{4, 7}},
		{"a ConfigMap", "kind: ConfigMap\ndata:\n  rules.yaml: |\n    version: v1\n    resourceModifierRules:\n    - conditions: {groupResource: pods}\n", []int{6}},
		{"a ConfigMap of one line", `{"kind":"ConfigMap","data":{"a":"resourceModifierRules:\n- {}\n"}}`, []int{2}},
		{"another kind", "kind: Secret\n", nil},
		{"no YAML", "a: [", nil},
		{"no rules", "version: v1\n", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Lines([]byte(row.text)); !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}
