package cmd

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"

	"github.com/veltx/veltx/cmd/render"
)

// Streams are what a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer // the result
	Err io.Writer // the rest
}

// say prints one line for the user, who may be reading the result somewhere else.
func (s Streams) say(line string) {
	_, _ = io.WriteString(s.Err, render.Clean(line)+"\n")
}

// isTerminal says whether somebody looks at the stream.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}
