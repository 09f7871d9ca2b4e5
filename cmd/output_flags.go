package cmd

import (
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
)

// outputFlags say how the result is shown.
type outputFlags struct {
	format choice
	color  choice
	quiet  bool
}

// bind binds the flags; the first format is the default.
func (f *outputFlags) bind(flags *pflag.FlagSet, formats []string) {
	f.format = choice{value: formats[0], words: formats}
	flags.VarP(&f.format, "output", "o", "how to show the result")
	f.bindTalk(flags)
}

// bindTalk binds the flags of commands whose result is a file.
func (f *outputFlags) bindTalk(flags *pflag.FlagSet) {
	f.color = choice{value: string(render.Auto), words: []string{string(render.Auto), string(render.Always), string(render.Never)}}
	flags.Var(&f.color, "color", "when to use colours; auto heeds NO_COLOR")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no summary on standard error")
}

// coloured says whether the result is shown in colour.
func (f *outputFlags) coloured(streams Streams) bool {
	return render.Colour(f.color.value).On(isTerminal(streams.Out))
}

// note tells the user something beside the result.
func (f *outputFlags) note(streams Streams, line string) {
	if !f.quiet {
		streams.say(line)
	}
}

// tell tells the user, beside a result that is a file, what was written there and what was found.
func (f *outputFlags) tell(streams Streams, what string, findings *render.Findings, s *report.Summary) error {
	if f.quiet {
		return nil
	}
	err := findings.Write(streams.Err, s, render.Colour(f.color.value).On(isTerminal(streams.Err)))
	f.note(streams, "veltx: wrote "+what+"; "+render.Found(s))
	return err
}
