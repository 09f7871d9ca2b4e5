package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/get"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

const explainHelp = `Tells the whole story of one item of BACKUP in a restore: what takes it up, when it comes, what each stage
and action does to it and why, how it ends, and what is sent. Of an item that is not restored it says
which filter leaves it out.

The item is named as kubectl names it: pod/web-0, deploy/web or svc/web. -n is its namespace in the backup,
or in the target; it may be left out where the name alone tells. The flags of restore-preview say how the
item is restored.
` + exitCodes

// NewExplain returns the command that tells the story of one item.
func NewExplain(streams Streams) *cobra.Command {
	var (
		from      sourceFlags
		how       restoreFlags
		namespace string
		output    outputFlags
	)
	c := &cobra.Command{
		Use:   "explain BACKUP RESOURCE/NAME",
		Short: "Tell what a restore does to one item, and why",
		Long:  explainHelp,
		Example: `  veltx explain --sample svc/web
  veltx explain nightly.tar.gz pod/web-0 -n shop --namespace-mappings shop:shop-test`,
		Args: func(c *cobra.Command, args []string) error {
			head, _ := from.split(args)
			return from.arguments(c, head)
		},
		RunE: func(c *cobra.Command, args []string) error {
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
				return story, render.WriteStory(s.screen, output.format.value, story, output.coloured(streams))
			})
			return err
		},
	}
	from.bind(c.Flags())
	how.bind(c.Flags())
	how.bindSecrets(c.Flags())
	c.Flags().StringVarP(&namespace, "namespace", "n", "", "the item's namespace, in the backup or in the target")
	output.bindResult(c.Flags(), render.ListFormats)
	output.bindPager(c.Flags())
	return c
}

// oneItem reads RESOURCE/NAME, or RESOURCE NAME.
func oneItem(what []string, namespace string) (restore.Which, error) {
	wanted, err := get.Parse(what)
	switch {
	case err != nil:
		return restore.Which{}, wrongUsage("%v", err)
	case len(wanted) != 1 || wanted[0].Name == "":
		return restore.Which{}, wrongUsage("one item is wanted, as RESOURCE/NAME, and not %q", strings.Join(what, " "))
	}
	return restore.Which{Resource: wanted[0].Resource, Namespace: namespace, Name: wanted[0].Name}, nil
}
