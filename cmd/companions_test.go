package cmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// each calls f for a command and all below it.
func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		each(sub, f)
	}
}

// alwaysOfAStore are commands that do nothing without --store and say so first.
var alwaysOfAStore = []string{"backups", "delete", "delete-preview"}

// valueFor is one that the flag takes.
func valueFor(f *pflag.Flag) string {
	for _, text := range []string{"2", "true", "1m", "1/1", "7d", "x", "key=value"} {
		if f.Value.Set(text) == nil {
			return text
		}
	}
	return ""
}

// A flag that acts only with another is refused in each command that has it, unless the other is there.
func TestAFlagThatActsOnlyWithAnotherIsRefusedAlone(t *testing.T) {
	tried := map[string]bool{}
	each(NewRoot(Streams{}), func(c *cobra.Command) {
		for n := range companions {
			one := &companions[n]
			flag := c.Flags().Lookup(one.flag)
			if flag == nil || !one.isOf(c) || one.with[0] == "store" && slices.Contains(alwaysOfAStore, c.Name()) {
				continue
			}
			tried[one.flag] = true
			if !slices.ContainsFunc(one.with, func(name string) bool { return c.Flags().Lookup(name) != nil }) {
				t.Errorf("%s: --%s acts only with one of %v, and the command has none", c.CommandPath(), one.flag, one.with)
			}
			line := append(strings.Fields(c.CommandPath())[1:], argumentsOf(c)...)
			line = append(line, "--"+one.flag+"="+valueFor(flag))
			var problems bytes.Buffer
			code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &problems, Err: &problems}, line)
			if want := "acts only with --" + strings.Join(one.with, " or --"); code != exitUsage || !strings.Contains(problems.String(), want) {
				t.Errorf("%v: exit code %d, %s, want %q", line, code, &problems, want)
			}
		}
	})
	for _, one := range companions {
		if !tried[one.flag] {
			t.Errorf("no command has --%s", one.flag)
		}
	}
}

// argumentsOf are arguments that the command takes.
func argumentsOf(c *cobra.Command) []string {
	switch c.Name() {
	case "diff":
		return []string{"a", "b"}
	case "explain":
		return []string{"b.tar.gz", "pods/web"}
	case "test":
		return []string{"b.tar.gz", "rules.yaml"}
	case "backups":
		return []string{"--store", "s"}
	case "delete", "delete-preview":
		return []string{"b", "--store", "s"}
	}
	return []string{"b.tar.gz"}
}
