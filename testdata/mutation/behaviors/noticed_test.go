package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
)

// TestEachBorderIsNoticed compares names only: make behaviors flips the behaviors, which takes minutes.
func TestEachBorderIsNoticed(t *testing.T) {
	noticed, err := read(filepath.Base(results))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range allBorders() {
		what, ok := noticed[b.String()]
		delete(noticed, b.String())
		switch {
		case !ok:
			t.Errorf("%s: no case notices: run make behaviors", b)
		case strings.HasPrefix(what, "("):
			if !strings.HasSuffix(what, ")") {
				t.Errorf("%s: %s", b, what)
			}
		default:
			checkNoticing(t, b, what)
		}
	}
	for line := range noticed {
		if !strings.HasPrefix(line, "#") {
			t.Errorf("%s: no behavior begins or ends so", line)
		}
	}
}

// checkNoticing wants the kept answers of a case to differ on the two sides of a border.
func checkNoticing(t *testing.T, b *border, what string) {
	t.Helper()
	name, _, _ := strings.Cut(what, " in ")
	c, err := conformance.ReadCase(filepath.Join("../../cases", filepath.FromSlash(name)+".txtar"))
	if err != nil {
		t.Error(err)
		return
	}
	before, after, err := b.sides(c)
	if err != nil {
		t.Error(err)
		return
	}
	if before == "" || after == "" || !c.Changes(before, after) {
		t.Errorf("%s: %s has the same answer before (%q) and after (%q): run make behaviors", b, name, before, after)
	}
}
