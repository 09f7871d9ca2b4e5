package cmd

import (
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report/findings"
)

// findingFlags say which findings a table shows.
type findingFlags struct {
	notes bool
	id    string
}

func (f *findingFlags) bindNotes(flags *pflag.FlagSet) {
	flags.BoolVar(&f.notes, "show-notes", false, "also show findings that are only notes")
}

func (f *findingFlags) bind(flags *pflag.FlagSet) {
	f.bindNotes(flags)
	flags.StringVar(&f.id, "show", "", "list all items with the finding `ID` instead of the table")
}

// wanted refuses what cannot be shown in a format.
func (f *findingFlags) wanted(format string) error {
	switch {
	case f.id == "":
		return nil
	case format != render.Table:
		return wrongUsage("--show takes the place of the table: leave the other format out")
	case !findings.Known(f.id):
		return wrongUsage("--show: there is no finding %q; veltx findings lists them", f.id)
	}
	return nil
}
