package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
)

// flagGroup is a title in the help of a command, and the flags below it, in their order.
type flagGroup struct {
	title string
	flags []string
}

// flagGroups are those of all commands; what is in none of them is the command's own, and comes first.
var flagGroups = []flagGroup{
	{"Selection", []string{
		"include-namespaces", "exclude-namespaces", "include-resources", "exclude-resources", "include-cluster-resources",
		"include-cluster-scoped-resources", "exclude-cluster-scoped-resources", "include-namespace-scoped-resources", "exclude-namespace-scoped-resources",
		"selector", "or-selector", "ordered-resources", "resource-policies-configmap",
	}},
	{"Mapping", []string{
		"namespace-mappings", "storage-class-mappings", "image-mappings", "node-mappings", "volume-id-mappings", "volume-id-mappings-file",
		"resource-modifier-configmap", "rewrite-references", "actions", "skip-actions",
	}},
	{"How Velero restores", []string{
		"existing-resource-policy", "preserve-nodeports", "restore-volumes", "status-include-resources", "status-exclude-resources",
		"snapshot-volumes", "snapshot-move-data", "features", "velero-version", "velero-image",
	}},
	{"The Restore", []string{
		"restore-name", "namespace", "from-backup", "from-schedule", "allow-partially-failed", "labels", "annotations", "item-operation-timeout",
		"parallel-files-download", "write-sparse-files", "skip-default-resource-modifier",
	}},
	{"Target", []string{"file", "target", "target-version", "api-server"}},
	{"Backup", []string{"config", "store", "prefix", "sample", "manifest-namespace"}},
	{"Many backups", []string{"all", "latest", "since", "shard", "parallel", "partial"}},
	{"Output", []string{"output", "report", "diff", "show", "show-notes", "show-secrets", "show-managed-fields", "sort-by", "manifest-format", "secrets", "color", "no-pager", "progress", "quiet"}},
	{"CI", []string{"fail-on", "baseline", "write-baseline", "force", "github"}},
	{"Limits", []string{"max-entries", "max-entry-size", "max-total-size", "temp-dir"}},
}

// ownFlags is the title of what is in no group.
const ownFlags = "Flags"

// groupOf is the title of a flag's group.
func groupOf(c *cobra.Command, name string) string {
	if many := c.Flags().Lookup("shard") != nil; !many && name == "all" {
		return "Output" // of commands for one backup
	} else if !many && name == "parallel" {
		return ownFlags
	}
	if name == "namespace" && c.Name() != "restore-preview" {
		return "Selection" // elsewhere it is that of items
	}
	for _, g := range flagGroups {
		if slices.Contains(g.flags, name) {
			return g.title
		}
	}
	return ownFlags
}

// help writes the description of a command, in lines that fit the terminal, and its usage, for cobra.
func help(streams Streams) func(*cobra.Command, []string) {
	return func(c *cobra.Command, _ []string) {
		out, width := c.OutOrStdout(), helpWidth(streams)
		text := c.Long
		if text == "" {
			text = c.Short
		}
		for _, paragraph := range strings.Split(text, "\n\n") {
			if strings.Contains(paragraph, "\n  ") { // a table or an example keeps its lines
				_, _ = fmt.Fprintf(out, "%s\n\n", paragraph)
				continue
			}
			_, _ = fmt.Fprintf(out, "%s\n\n", strings.Join(wrapped(paragraph, width), "\n"))
		}
		writeUsage(out, c, width)
	}
}

// helpWidth is how wide help is.
func helpWidth(streams Streams) int {
	if width := widthOf(streams.Out); width > 0 {
		return min(max(width, 40), 110)
	}
	return 80
}

// usage writes what stands below the description of a command, for cobra.
func usage(streams Streams) func(*cobra.Command) error {
	return func(c *cobra.Command) error {
		writeUsage(c.OutOrStderr(), c, helpWidth(streams))
		return nil
	}
}

func writeUsage(out io.Writer, c *cobra.Command, width int) {
	_, _ = fmt.Fprintf(out, "Usage:\n  %s\n", c.UseLine())
	if c.HasAvailableSubCommands() {
		_, _ = fmt.Fprintf(out, "  %s COMMAND\n", c.CommandPath())
	}
	if c.HasExample() {
		_, _ = fmt.Fprintf(out, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableSubCommands() {
		_, _ = io.WriteString(out, "\nCommands:\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				writeRow(out, "  "+sub.Name(), sub.Short, commandColumn, width)
			}
		}
	}
	byGroup := map[string][]*pflag.Flag{}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			group := groupOf(c, f.Name)
			byGroup[group] = append(byGroup[group], f)
		}
	})
	writeGroup(out, ownFlags, byGroup[ownFlags], width)
	for _, g := range flagGroups {
		writeGroup(out, g.title, inOrder(byGroup[g.title], g.flags), width)
	}
	if c.HasAvailableSubCommands() {
		_, _ = fmt.Fprintf(out, "\n%s COMMAND --help tells more of a command.\n", c.CommandPath())
	}
}

// inOrder puts flags into the order of their names in a list; others come last.
func inOrder(flags []*pflag.Flag, names []string) []*pflag.Flag {
	var sorted, rest []*pflag.Flag
	for _, name := range names {
		for _, f := range flags {
			if f.Name == name {
				sorted = append(sorted, f)
			}
		}
	}
	for _, f := range flags {
		if !slices.Contains(names, f.Name) {
			rest = append(rest, f)
		}
	}
	return append(sorted, rest...)
}

// Where the text of flags and of commands begins.
const (
	helpColumn    = 32
	commandColumn = 19
)

func writeGroup(out io.Writer, title string, flags []*pflag.Flag, width int) {
	if len(flags) == 0 {
		return
	}
	_, _ = fmt.Fprintf(out, "\n%s:\n", title)
	for _, f := range flags {
		left, text := flagHelp(f)
		writeRow(out, left, text, helpColumn, width)
	}
}

// writeRow writes a name and what it means, from a column on.
func writeRow(out io.Writer, left, text string, column, width int) {
	if len(left) >= column-1 {
		_, _ = fmt.Fprintln(out, left)
		left = ""
	}
	for _, line := range wrapped(text, width-column) {
		_, _ = fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("%-*s%s", column, left, line), " "))
		left = ""
	}
}

// flagHelp is what help says of a flag: its names, and its text with the words that it takes and its default.
func flagHelp(f *pflag.Flag) (left, text string) {
	left = "      --" + f.Name
	if f.Shorthand != "" && f.ShorthandDeprecated == "" {
		left = "  -" + f.Shorthand + ", --" + f.Name
	}
	kind, text := pflag.UnquoteUsage(f)
	kind = strings.ToUpper(kindWord(kind))
	if words, ok := f.Value.(*choice); ok {
		kind = strings.Join(words.all(), "|")
		if len(kind) > helpColumn-len(left)-1 {
			kind, text = "WORD", text+": "+strings.Join(words.all(), ", ")
		}
	}
	switch {
	case f.NoOptDefVal == "true":
	case f.NoOptDefVal != "":
		left += "[=" + kind + "]"
	case kind != "":
		left += " " + kind
	}
	if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "0" && d != "0s" && !strings.Contains(text, "default") {
		text += " (default " + d + ")"
	}
	return left, text
}

// kindWord is a short word for what a flag takes.
func kindWord(kind string) string {
	switch kind {
	case "string":
		return "text"
	case "int":
		return "n"
	case "duration":
		return "time"
	}
	return kind
}

// wrapped breaks text into lines of at most so many characters, where words allow it.
func wrapped(text string, width int) []string {
	var lines []string
	for _, words := range render.Lines(strings.Fields(text), 0, 0, width) {
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}
