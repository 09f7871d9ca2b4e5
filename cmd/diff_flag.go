package cmd

import (
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
)

// diffFlag is --diff[=full] of a preview.
type diffFlag struct{ value choice }

func (f *diffFlag) bind(flags *pflag.FlagSet) {
	f.value = choice{words: []string{"changes", "full"}}
	flags.VarPF(&f.value, "diff", "", "show a diff of each changed item in place of the table; full leaves nothing out").NoOptDefVal = "changes"
}

// format is the format of the preview: what -o says, or a diff.
func (f *diffFlag) format(output *outputFlags) (string, error) {
	switch {
	case f.value.value == "":
		return output.format.value, nil
	case output.format.value != render.Table:
		return "", wrongUsage("--diff takes the place of the table: leave -o %s out", output.format.value)
	case f.value.value == "full":
		return render.FullDiff, nil
	}
	return render.Diff, nil
}
