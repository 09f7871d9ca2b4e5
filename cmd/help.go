package cmd

import (
	"embed"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed help/*.txt
var helpTexts embed.FS

// newCommand begins a command with what help/NAME.txt says of it: its usage, a summary in one line, a description that
// ends with the exit codes, and examples.
func newCommand(name string) *cobra.Command {
	text, err := helpTexts.ReadFile("help/" + name + ".txt")
	if err != nil {
		panic(err) // a command without a text, with which no command line works
	}
	use, rest, _ := strings.Cut(string(text), "\n")
	short, rest, _ := strings.Cut(rest, "\n\n")
	long, example, _ := strings.Cut(strings.TrimSuffix(rest, "\n"), "\n\nExamples:\n")
	return &cobra.Command{Use: use, Short: short, Long: long, Example: example}
}
