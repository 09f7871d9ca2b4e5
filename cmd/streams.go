package cmd

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

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

// widthOf is the width of a terminal, 0 where the stream is none.
func widthOf(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	width, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// isTerminal says whether somebody looks at the stream.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}
