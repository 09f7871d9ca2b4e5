package cmd

import (
	"github.com/spf13/cobra"
)

const completionHelp = `Writes the script that makes a shell complete commands and flags.

  bash:        source <(veltx completion bash)
  zsh:         veltx completion zsh > "${fpath[1]}/_veltx"
  fish:        veltx completion fish | source
  powershell:  veltx completion powershell | Out-String | Invoke-Expression
` + exitCodes

// NewCompletion returns the command that writes completion scripts.
func NewCompletion(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "Write the completion script of a shell",
		Long:      completionHelp,
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("name one shell: bash, zsh, fish or powershell")
			}
			if err := cobra.OnlyValidArgs(c, args); err != nil {
				return wrongUsage("%q is none of bash, zsh, fish, powershell", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
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
		},
	}
}
