package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/report"
)

// ofShowing are the flags that say how a result is shown or judged, and not what it is.
var ofShowing = []string{
	"output", "color", "quiet", "progress", "no-pager", "diff", "show", "show-notes", "show-secrets", "show-managed-fields", "fail-on", "baseline", "write-baseline", "force", "github", "report",
}

// again is the command line that was given, with another output.
func again(c *cobra.Command, args []string, output string) string {
	words := append(strings.Fields(c.CommandPath()), args...)
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(ofShowing, f.Name) {
			words = append(words, flagWords(f)...)
		}
	})
	return report.ShellLine(append(words, "-o", output)...)
}

// ofRunning are the flags that say how and where many backups are read, and not what is asked of them.
var ofRunning = []string{"output", "report", "force", "color", "quiet", "progress", "no-pager", "store", "store-bucket", "store-config", "store-env", "shard", "parallel", "temp-dir", "config"}

// asked are the flags that decide what comes of each of many backups.
func asked(c *cobra.Command) string {
	var words []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(ofRunning, f.Name) {
			words = append(words, flagWords(f)...)
		}
	})
	return report.ShellLine(words...)
}

// flagWords give a flag the value that it has.
func flagWords(f *pflag.Flag) []string {
	name := "--" + f.Name
	if many, ok := f.Value.(pflag.SliceValue); ok {
		var words []string
		for _, value := range many.GetSlice() {
			words = append(words, name, value)
		}
		return words
	}
	switch value := f.Value.String(); {
	case f.NoOptDefVal != "" && value == f.NoOptDefVal:
		return []string{name}
	case f.NoOptDefVal != "" || value == "":
		return []string{name + "=" + value}
	default:
		return []string{name, value}
	}
}
