package cmd

import (
	"github.com/spf13/cobra"
)

// NewCompletion returns the command that writes completion scripts.
func NewCompletion(streams Streams) *cobra.Command {
	c := newCommand("completion")
	c.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return wrongUsage("name one shell: bash, zsh, fish or powershell")
		}
		if err := cobra.OnlyValidArgs(c, args); err != nil {
			return wrongUsage("%q is not one of bash, zsh, fish, powershell", args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		root := c.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(streams.Out, true)
		case "zsh":
			return root.GenZshCompletion(streams.Out)
		case "fish":
			return root.GenFishCompletion(streams.Out, true)
		}
		return root.GenPowerShellCompletionWithDesc(streams.Out)
	}
	return c
}
