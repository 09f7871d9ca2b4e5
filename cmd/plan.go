package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/planfile"
)

// NewPlan returns the command with the commands for plan files.
func NewPlan(streams Streams) *cobra.Command {
	c := newCommand("plan")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(newPlanShow(streams), newPlanDiff(streams))
	return c
}

func newPlanShow(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("plan-show")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return wrongUsage("name one PLAN, which restore-preview -o plan wrote")
		}
		plan, err := readPlan(args[0])
		if err != nil {
			return err
		}
		return render.WritePlan(streams.Out, output.format.value, plan, output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}

func newPlanDiff(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("plan-diff")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 2 {
			return wrongUsage("name two plans, the older one first")
		}
		return diffPlans(streams, &output, args)
	}
	output.bindFormat(c.Flags(), render.PlanDiffFormats)
	output.bindColor(c.Flags())
	return c
}

// diffPlans shows how the second plan differs from the first.
func diffPlans(streams Streams, output *outputFlags, names []string) error {
	older, err := readPlan(names[0])
	if err != nil {
		return trouble(err)
	}
	newer, err := readPlan(names[1])
	if err != nil {
		return trouble(err)
	}
	c, err := planfile.Compare(older, newer)
	if err != nil {
		return trouble(err)
	}
	c.Old, c.New = names[0], names[1]
	if err := render.WritePlanDiff(streams.Out, output.format.value, c, output.style(streams)); err != nil {
		return trouble(err)
	}
	if c.Differ() {
		return errDiffer
	}
	return nil
}

func readPlan(name string) (*planfile.File, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder; a plan is a file that restore-preview -o plan wrote", name)
	}
	in, err := openFile(name)
	if err != nil {
		return nil, err
	}
	return planfile.Read(name, in)
}

// isPlan says that a file is a plan, by its first bytes: what else may stand there, such as an archive, is not read here.
func isPlan(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	head := make([]byte, 512)
	n, _ := io.ReadFull(file, head) // what cannot be read is not a plan
	return bytes.HasPrefix(bytes.TrimSpace(head[:n]), []byte("{")) && bytes.Contains(head[:n], []byte(`"`+planfile.Kind+`"`))
}
