package modifiers

import (
	"fmt"
	"strings"
	"testing"
)

func doubling(operation string, n int) string {
	var b strings.Builder
	b.WriteString("version: v1\nresourceModifierRules:\n")
	rule := "- conditions: {groupResource: configmaps}\n  patches:\n"
	b.WriteString(rule + "  - {operation: add, path: /spec, value: '{\"a\":\"aaaaaaaaaaaaaaaa\"}'}\n")
	for i := range n {
		if operation == "rules" {
			b.WriteString(rule)
		}
		fmt.Fprintf(&b, "  - {operation: copy, from: /spec, path: /spec/k%d}\n", i)
	}
	return b.String()
}

// Each copy doubles the item: 32 of them make 64 GB of 16 bytes, in one rule or in many.
func TestCopiesThatDoubleAreLimited(t *testing.T) {
	for _, form := range []string{"patches", "rules"} {
		rules, err := Parse([]byte(doubling(form, 32)))
		if err != nil {
			t.Fatal(err)
		}
		result := rules.Within(1<<20).Apply("configmaps", []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","n":1.50}}`))
		if len(result.Errors) == 0 || !strings.Contains(result.Errors[0].Error(), "limit") {
			t.Errorf("%s: got %v", form, result.Errors)
		}
		if len(result.Item) > 1<<20 {
			t.Errorf("%s: %d bytes", form, len(result.Item))
		}
	}
}

func TestAnItemMayBeAsLargeAsTheLimitAndNoLarger(t *testing.T) {
	rules, err := Parse([]byte("version: v1\nresourceModifierRules:\n- conditions: {groupResource: configmaps}\n  patches:\n  - {operation: add, path: /a, value: " + strings.Repeat("b", 100) + "}\n"))
	if err != nil {
		t.Fatal(err)
	}
	const item = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}`
	whole := rules.Apply("configmaps", []byte(item))
	size := int64(len(whole.Item))
	if len(whole.Errors) > 0 || size < 100 {
		t.Fatalf("got %d bytes, %v", size, whole.Errors)
	}
	if r := rules.Within(size).Apply("configmaps", []byte(item)); len(r.Errors) > 0 {
		t.Errorf("as large as the limit: %v", r.Errors)
	}
	if r := rules.Within(size-1).Apply("configmaps", []byte(item)); len(r.Errors) != 1 || !strings.Contains(r.Errors[0].Error(), fmt.Sprintf("has %d bytes, over the limit of %d", size, size-1)) {
		t.Errorf("larger than the limit: %v", r.Errors)
	}
}

func TestLongPatternsAreRefused(t *testing.T) {
	if err := checkPattern(strings.Repeat("a", maxPattern)); err != nil {
		t.Errorf("as long as the limit: %v", err)
	}
	long := strings.Repeat("a", maxPattern+1)
	for _, field := range []string{"groupResource: " + long, "groupResource: configmaps, resourceNameRegex: " + long} {
		rules, err := Parse([]byte("version: v1\nresourceModifierRules:\n- conditions: {" + field + "}\n  patches:\n  - {operation: remove, path: /data}\n"))
		if err != nil {
			t.Fatal(err)
		}
		result := rules.Apply("configmaps", []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}`))
		if len(result.Errors) != 1 || !strings.Contains(result.Errors[0].Error(), "4097 bytes, over the limit of 4096") {
			t.Errorf("got %.300v", result.Errors)
		}
	}
}
