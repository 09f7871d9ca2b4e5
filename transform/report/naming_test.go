package report

import (
	"fmt"
	"testing"
)

func TestTheFindingsThatNameAnItem(t *testing.T) {
	s := &Summary{}
	s.Add(Finding{ID: "a", Severity: Warning, Message: "m", Items: []string{"pods/shop/z", "pods/shop/b"}})
	s.Find(Error, "of-none", "m")
	s.Add(Finding{ID: "c", Severity: Error, Subject: "s", Message: "n", Items: []string{"pods/shop/b"}, AcceptedItems: []string{"pods/shop/b"}})
	n := s.Naming()
	for item, want := range map[string]string{
		"pods/shop/b": "[{a warning  m false} {c error s n true}]", "pods/shop/z": "[{a warning  m false}]", "pods/shop/c": "[]", "": "[]",
	} {
		if got := fmt.Sprint(n.Of(item)); got != want {
			t.Errorf("%s: got %s, want %s", item, got, want)
		}
	}
	if got := (&Summary{}).Naming().Of("pods/shop/b"); got != nil {
		t.Errorf("of no findings: got %v", got)
	}
}
