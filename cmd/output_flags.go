package cmd

import (
	"io"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
)

// outputFlags say how the result and the work are shown. A command binds those that it obeys.
type outputFlags struct {
	format   choice
	color    choice
	quiet    bool
	progress choice
	paged    bool // the result is long enough for a pager
	noPager  bool
}

// bindFormat binds the flag for the format of the result; the first one is the default.
func (f *outputFlags) bindFormat(flags *pflag.FlagSet, formats []string) {
	f.format = choice{value: formats[0], words: formats}
	flags.VarP(&f.format, "output", "o", "how to show the result")
}

func (f *outputFlags) bindColor(flags *pflag.FlagSet) {
	f.color = choice{value: string(render.Auto), words: []string{string(render.Auto), string(render.Always), string(render.Never)}}
	flags.Var(&f.color, "color", "when to use colours; auto respects NO_COLOR")
}

// bindWork binds the flags of commands that work for long.
func (f *outputFlags) bindWork(flags *pflag.FlagSet) {
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no summary on standard error")
	f.progress = choice{value: progressAuto, words: []string{progressAuto, progressPlain, progressNone}}
	flags.Var(&f.progress, "progress", "how to show progress on standard error: auto is a bar on a terminal, plain is lines")
}

func (f *outputFlags) bindPager(flags *pflag.FlagSet) {
	f.paged = true
	flags.BoolVar(&f.noPager, "no-pager", false, "do not use $PAGER on a terminal")
}

// bindResult binds what commands with a result on standard output have, and those that work for long.
func (f *outputFlags) bindResult(flags *pflag.FlagSet, formats []string) {
	f.bindFormat(flags, formats)
	f.bindColor(flags)
	f.bindWork(flags)
}

// style is how the result is shown to people.
func (f *outputFlags) style(streams Streams) render.Style { return f.styleOn(streams.Out) }

// styleOn is how text for people is shown on a stream.
func (f *outputFlags) styleOn(out io.Writer) render.Style {
	return render.Style{Coloured: render.Colour(f.color.value).On(isTerminal(out)), Width: widthOf(out)}
}
