package cmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Examples are copied, and stay on their lines.
func TestHelpFitsEightyColumns(t *testing.T) {
	for _, c := range allCommands(NewRoot(Streams{})) {
		var out bytes.Buffer
		writeUsage(&out, c, 80)
		text := out.String()
		if c.HasExample() {
			text = strings.Replace(text, c.Example, "", 1)
		}
		for line := range strings.Lines(text) {
			if len(strings.TrimSuffix(line, "\n")) > 80 {
				t.Errorf("%s: %q", c.CommandPath(), line)
			}
		}
	}
}

func TestEachFlagStandsInHelpOnce(t *testing.T) {
	for _, c := range allCommands(NewRoot(Streams{})) {
		var out bytes.Buffer
		writeUsage(&out, c, 80)
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			n := strings.Count(out.String(), "--"+f.Name+" ") + strings.Count(out.String(), "--"+f.Name+"[") + strings.Count(out.String(), "--"+f.Name+"\n")
			if want := !f.Hidden; want && n == 0 || !want && n > 0 && f.Name != "n" {
				t.Errorf("%s --%s: %d times, hidden is %v", c.CommandPath(), f.Name, n, f.Hidden)
			}
		})
	}
}

func TestGroupsNameFlagsThatThereAre(t *testing.T) {
	known := map[string]bool{}
	for _, c := range allCommands(NewRoot(Streams{})) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	}
	var seen []string
	for _, g := range flagGroups {
		for _, name := range g.flags {
			if !known[name] {
				t.Errorf("%s: no command has --%s", g.title, name)
			}
			if slices.Contains(seen, name) {
				t.Errorf("--%s is in two groups", name)
			}
			seen = append(seen, name)
		}
	}
}

// allCommands are a command and all below it.
func allCommands(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		all = append(all, allCommands(sub)...)
	}
	return all
}
