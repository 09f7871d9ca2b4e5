package transform_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/internal/pipeline"
)

// stageRow is a row of the table of stages in docs/ARCHITECTURE.md: number, name, resources, ahead.
var stageRow = regexp.MustCompile(`(?m)^\| (\d+) \| ([a-z-]+) \|(?: ([a-z, ]+))? \|(?: ([a-z ]+))? \| .+ \|$`)

func TestTheArchitectureListsTheStages(t *testing.T) {
	text, err := os.ReadFile("../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range stageRow.FindAllStringSubmatch(string(text), -1) {
		got = append(got, strings.Join(row[1:], "|"))
	}
	var want []string
	ahead := map[pipeline.Ahead]string{pipeline.Never: "", pipeline.Restored: "what is restored", pipeline.Always: "all"}
	for i, s := range pipeline.Stages() {
		want = append(want, fmt.Sprintf("%d|%s|%s|%s", i+1, s.Name, strings.Join(s.Of, ", "), ahead[s.Ahead]))
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("docs/ARCHITECTURE.md lists the stages\n%s\nand they are\n%s", a, b)
	}
}
