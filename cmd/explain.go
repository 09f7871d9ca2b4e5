package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/get"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// NewExplain returns the command that tells the story of one item.
func NewExplain(streams Streams) *cobra.Command {
	var (
		from      sourceFlags
		how       restoreFlags
		namespace string
		output    outputFlags
		managed   bool
	)
	c := newCommand("explain")
	c.Args = func(c *cobra.Command, args []string) error {
		head, _ := from.split(args)
		return from.arguments(c, head)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		args, what := from.split(args)
		which, err := oneItem(what, namespace)
		if err != nil {
			return err
		}
		s := output.begin(streams)
		defer s.abandon()
		_, err = withRestore(c.Context(), s, &from, &how, c.Flags(), args, func(src *opened, o *restore.Options) (*report.Story, error) {
			story, err := restore.Explain(c.Context(), src.Source, o, which)
			if err != nil {
				return nil, err
			}
			return story, render.WriteStory(s.screen, output.format.value, story, managed, output.style(streams))
		})
		return err
	}
	from.bind(c.Flags())
	c.Flags().StringVarP(&namespace, "namespace", "n", "", "the item's namespace, in the backup or in the target")
	c.Flags().BoolVar(&managed, "show-managed-fields", false, "show managedFields and the two labels of every restore in what is sent")
	how.bind(c.Flags())
	how.bindAPIServer(c.Flags())
	how.bindSecrets(c.Flags())
	how.plugins.bind(c.Flags(), restoreActions)
	bindConfig(c.Flags())
	output.bindResult(c.Flags(), render.ListFormats)
	output.bindPager(c.Flags())
	return c
}

// oneItem reads RESOURCE/NAME, or RESOURCE NAME.
func oneItem(what []string, namespace string) (restore.Which, error) {
	wanted, err := get.Parse(what)
	switch {
	case len(what) == 1 && onDisk(what[0]):
		return restore.Which{}, wrongUsage("BACKUP comes first, before RESOURCE/NAME: veltx explain %s RESOURCE/NAME", what[0])
	case err != nil:
		return restore.Which{}, wrongUsage("%v", err)
	case len(wanted) != 1 || wanted[0].Name == "":
		return restore.Which{}, wrongUsage("one item is wanted, as RESOURCE/NAME, and not %q", strings.Join(what, " "))
	}
	return restore.Which{Resource: wanted[0].Resource, Namespace: namespace, Name: wanted[0].Name}, nil
}
