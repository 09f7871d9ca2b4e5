package cmd

import (
	"slices"
	"strings"
	"testing"
)

func TestCommandsThatShareAnArgumentDescribeItAlike(t *testing.T) {
	for _, c := range []struct{ begins, one, other string }{
		{"SOURCE takes the place of the cluster", "backup", "backup-preview"},
		{"NAME is a backup's name", "delete", "delete-preview"},
	} {
		one, other := paragraph(c.one, c.begins), paragraph(c.other, c.begins)
		if one == "" || one != other {
			t.Errorf("%q in help/%s.txt and help/%s.txt: got\n%s\nand\n%s", c.begins, c.one, c.other, one, other)
		}
	}
}

func TestEveryDescriptionEndsWithTheExitCodes(t *testing.T) {
	files, err := helpTexts.ReadDir("help")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".txt")
		c := newCommand(name)
		if c.Use == "" || c.Short == "" {
			t.Errorf("help/%s.txt: no usage or no summary", name)
		}
		if paragraph(name, "Exit codes: 0 ") == "" && !slices.Contains([]string{"modifiers", "plugins", "policies", "target"}, name) { // which do nothing by themselves
			t.Errorf("help/%s.txt: no exit codes", name)
		}
	}
}

// paragraph is what begins so in the description of a command.
func paragraph(name, begins string) string {
	for _, text := range strings.Split(newCommand(name).Long, "\n\n") {
		if strings.HasPrefix(text, begins) {
			return text
		}
	}
	return ""
}
