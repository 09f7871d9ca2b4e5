package render

import (
	"bufio"
	"bytes"
	"io"

	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
)

// planFile is the plan for a review before it is carried out.
type planFile struct {
	out    *bufio.Writer
	encode *encoder
	head   *planfile.Head
	items  int
}

func newPlanFile(out io.Writer, about *About) *planFile {
	return &planFile{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder(), head: about.Plan}
}

// Item implements report.Sink.
func (f *planFile) Item(i *report.Item) error {
	between := ",\n"
	if f.items == 0 {
		between = "\n"
		if err := f.start(); err != nil {
			return err
		}
	}
	f.items++
	text, err := f.encode.text(planfile.ResultOf(i))
	if err != nil {
		return err
	}
	_, _ = f.out.WriteString(between)
	_, err = f.out.Write(text)
	return err
}

func (f *planFile) start() error {
	text, err := f.encode.text(f.head)
	if err != nil {
		return err
	}
	_, _ = f.out.Write(bytes.TrimSuffix(text, []byte("}")))
	_, err = f.out.WriteString(`,"results":[`)
	return err
}

// Finish implements Preview.
func (f *planFile) Finish(*report.Summary) error {
	if f.items == 0 {
		if err := f.start(); err != nil {
			return err
		}
	}
	_, _ = f.out.WriteString("\n]}\n")
	return f.out.Flush()
}
