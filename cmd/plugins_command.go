package cmd

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/transform/sink"
)

// NewPlugins returns the command with the commands for binaries of plugins.
func NewPlugins(streams Streams) *cobra.Command {
	c := newCommand("plugins")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(newPluginsCopy(streams))
	return c
}

func newPluginsCopy(streams Streams) *cobra.Command {
	c := newCommand("plugins-copy")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return wrongUsage("want one PATH: a folder, or the file to write")
		}
		path, err := copySelf(args[0])
		if err != nil {
			return err
		}
		streams.say("veltx: wrote " + path)
		return nil
	}
	return c
}

// copySelf writes this program into a folder, or to a file.
func copySelf(to string) (string, error) {
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, "veltx")
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.Open(self)
	if err != nil {
		return "", err
	}
	defer program.Close()
	return to, sink.CopyProgram(to, program)
}
