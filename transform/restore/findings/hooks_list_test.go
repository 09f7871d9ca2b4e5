package findings

import (
	"fmt"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestTheListOfHooksIsBounded(t *testing.T) {
	list := hookList{}
	for i := range maxHookLines + 7 {
		list.add(-1, &report.Hook{Type: "exec", Pod: fmt.Sprint("shop/", i), Fate: report.HookRuns})
	}
	list.add(-1, &report.Hook{Type: "exec", Pod: "shop/x", Fate: report.HookBlocks})
	list.add(0, &report.Hook{Type: "init", Pod: "shop/y", Fate: report.HookRuns})
	lines := list.lines(1)
	if len(lines) != maxHookLines+2 || lines[0].Pod != "shop/y" || lines[1].Pod != "shop/x" {
		t.Fatalf("got %d lines, the first %+v", len(lines), lines[:2])
	}
	if last := lines[len(lines)-1]; last.More != 7 || last.Pod != fmt.Sprint("shop/", maxHookLines-1) {
		t.Errorf("the last line: got %+v", last)
	}
}
