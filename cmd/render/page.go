package render

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
)

// columns is the width that text for people has in a file or a pipe, and narrowest the least that it is broken for.
const (
	columns   = 80
	narrowest = 40
)

// Style is how text for people is shown.
type Style struct {
	Coloured bool
	Width    int // of the terminal, 0 for a file or a pipe
}

// where is the style, without colours unless the condition holds.
func (s Style) where(coloured bool) Style {
	s.Coloured = s.Coloured && coloured
	return s
}

// ink is a colour by what it means.
type ink int

const (
	plain ink = iota
	strong
	faint
	good
	caution
	bad
)

// inks are the colours; each must be told apart by its text as well.
var inks = map[ink][]color.Attribute{
	strong:  {color.Bold},
	faint:   {color.Faint},
	good:    {color.FgGreen},
	caution: {color.FgYellow},
	bad:     {color.FgRed},
}

// page is text for people. Whatever is put on it is made safe for a terminal first and coloured then.
type page struct {
	out      *bufio.Writer
	coloured bool
	width    int
	cuts     bool // names that are too wide: on a terminal, where they can be looked up
	begun    bool
}

func newPage(out io.Writer, style Style) *page {
	p := &page{out: bufio.NewWriterSize(out, 64<<10), coloured: style.Coloured, width: columns}
	if style.Width > 0 {
		p.width, p.cuts = max(style.Width, narrowest), true
	}
	return p
}

// put adds text to the line.
func (p *page) put(i ink, text string) {
	p.begun = p.begun || text != ""
	text = Clean(text)
	if attributes := inks[i]; p.coloured && attributes != nil && text != "" {
		c := color.New(attributes...)
		c.EnableColor()
		text = c.Sprint(text)
	}
	_, _ = p.out.WriteString(text)
}

// end ends the line.
func (p *page) end() { _ = p.out.WriteByte('\n') }

// line is put and end.
func (p *page) line(i ink, text string) {
	p.put(i, text)
	p.end()
}

// flush hands over what is still held back, and tells of the first error in writing.
func (p *page) flush() error { return p.out.Flush() }

// wrapped writes text over several lines: the first after what stands in it already, which is used columns wide, the
// others behind indent spaces. Words are not broken.
func (p *page) wrapped(i ink, used, indent int, text string) {
	p.flow(i, used, indent, strings.Fields(text))
}

// flow is wrapped of parts, none of which is broken.
func (p *page) flow(i ink, used, indent int, parts []string) {
	for n, line := range Lines(parts, used, indent, p.width) {
		if n > 0 {
			p.put(plain, strings.Repeat(" ", indent))
		}
		for at, part := range line {
			if at > 0 {
				p.put(plain, " ")
			}
			p.put(i, part)
		}
		p.end()
	}
}

// Lines puts parts on lines of so many columns, one space between two: the first line has used columns already, the others
// begin behind indent spaces. No part is broken. There is always one line.
func Lines(parts []string, used, indent, width int) [][]string {
	lines, at := [][]string{nil}, used
	for n, part := range parts {
		wide := runes(part)
		switch {
		case n == 0:
		case at+1+wide > width && at > indent:
			lines, at = append(lines, nil), indent
		default:
			at++
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], part)
		at += wide
	}
	return lines
}

// hanging writes text over several lines: the first behind indent spaces, the others behind rest.
func (p *page) hanging(i ink, indent, rest int, text string) {
	p.put(plain, strings.Repeat(" ", indent))
	p.wrapped(i, indent, rest, text)
}

// remedy says below a finding what to do about it.
func (p *page) remedy(text string) {
	if text != "" {
		p.put(plain, "    -> ")
		p.wrapped(plain, 7, 7, text)
	}
}

// list writes parts with commas between them over several lines; no part is broken.
func (p *page) list(indent int, parts []string) {
	for n := range parts[:max(0, len(parts)-1)] {
		parts[n] += ","
	}
	p.flow(plain, indent, indent, parts)
}

// section begins a part of the page.
func (p *page) section(i ink, title string) {
	p.gap()
	p.line(i, title)
}

// gap leaves a line free, unless the page is still empty.
func (p *page) gap() {
	if p.begun {
		p.end()
	}
}

const factColumn = 10

// fact is one line of a headline.
func (p *page) fact(name, text string) {
	p.put(strong, padded(name, factColumn))
	p.wrapped(plain, factColumn, factColumn, text)
}

// runes is the width of text as it will be shown.
func runes(s string) int { return utf8.RuneCountInString(Clean(s)) }

// padded fills text up to a width.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-runes(s)))
}

// shortened cuts text that is wider than width, with dots in its place.
func shortened(s string, width int) string {
	if runes(s) <= width {
		return s
	}
	cleaned := []rune(Clean(s))
	return string(cleaned[:max(0, width-3)]) + "..."
}

// block writes lines as they are, each made safe by itself.
func (p *page) block(text []byte) {
	for line := range bytes.Lines(text) {
		p.line(plain, string(bytes.TrimSuffix(line, []byte("\n"))))
	}
}

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
