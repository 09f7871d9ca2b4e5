package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/plugins"
	"github.com/veltx/veltx/transform/plugins/image"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// NewPlugins returns the command with the commands for binaries of plugins.
func NewPlugins(streams Streams) *cobra.Command {
	c := newCommand("plugins")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(newPluginsList(streams), newPluginsExtract(streams), newPluginsCopy(streams))
	return c
}

func newPluginsList(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("plugins-list")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrongUsage("PATH is missing: name a plugin's binary, a folder of them, or an image")
		}
		list, err := listPlugins(c.Context(), args)
		if err != nil {
			return err
		}
		return render.Plugins(streams.Out, output.format.value, list, output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}

// listPlugins runs plugins for as long as it takes to ask them what they are.
func listPlugins(ctx context.Context, paths []string) ([]report.Plugin, error) {
	host, err := plugins.Start(ctx, paths, plugins.Options{VeleroNamespace: veleroNamespace, Environment: needed()})
	if err != nil {
		return nil, err
	}
	return host.Plugins(), host.Close()
}

func newPluginsExtract(streams Streams) *cobra.Command {
	c := newCommand("plugins-extract")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 2 {
			return wrongUsage("want IMAGE and FOLDER")
		}
		if !image.Is(args[0]) {
			_, err := os.Stat(args[0])
			return errors.Join(err, fmt.Errorf("%s: is no image: want what docker save writes, or an OCI layout", args[0]))
		}
		names, err := image.Extract(args[0], args[1], "", plugins.Platform())
		if err != nil {
			return err
		}
		for _, name := range names {
			streams.say("veltx: wrote " + filepath.Join(args[1], filepath.FromSlash(name)))
		}
		return nil
	}
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
