package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report/findings"
)

// NewFindings returns the command that lists what may be found.
func NewFindings(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("findings")
	c.RunE = func(_ *cobra.Command, args []string) error {
		list, err := chosenFindings(args)
		if err != nil {
			return err
		}
		return render.WriteCatalogue(streams.Out, output.format.value, list, output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}

// chosenFindings are those that are named, in every area that has them, or all.
func chosenFindings(ids []string) ([]findings.Entry, error) {
	all := findings.All()
	if len(ids) == 0 {
		return all, nil
	}
	var chosen []findings.Entry
	for _, id := range ids {
		if !findings.Known(id) {
			return nil, wrongUsage("there is no finding %q: veltx findings lists them%s", id, meant(findings.Near(id)))
		}
		for _, e := range all {
			if e.ID == id {
				chosen = append(chosen, e)
			}
		}
	}
	return chosen, nil
}
