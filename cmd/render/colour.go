package render

import "os"

// Colour says whether text for people is coloured.
type Colour string

// The choices of --color.
const (
	Auto   Colour = "auto" // on a terminal, unless NO_COLOR is set
	Always Colour = "always"
	Never  Colour = "never"
)

// On decides for an output of which is known whether it is a terminal. See https://no-color.org.
func (c Colour) On(terminal bool) bool {
	switch c {
	case Always:
		return true
	case Never:
		return false
	}
	return terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
