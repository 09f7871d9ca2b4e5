package render

import (
	"io"

	"github.com/veltx/veltx/transform/report"
)

// planShown lists what has one sort of finding: each item with its message, and each finding of the whole plan with all of
// its items.
type planShown struct {
	page *page
	id   string
}

// NewShown returns the preview that lists what has the finding of an id.
func NewShown(id string, out io.Writer, style Style) Preview {
	return &planShown{page: newPage(out, style), id: id}
}

// Item implements report.Sink.
func (p *planShown) Item(i *report.Item) error {
	for f := range i.Findings() {
		if f.ID == p.id {
			p.page.line(plain, title(i)+": "+at(*f)+accepted(f.Accepted))
		}
	}
	return nil
}

// Finish implements Preview.
func (p *planShown) Finish(s *report.Summary) error {
	for n := range s.Findings {
		f := &s.Findings[n]
		if f.ID != p.id {
			continue
		}
		p.page.line(strong, at(*f)+accepted(f.Accepted))
		for _, item := range f.Items {
			_, known := f.About(item)
			p.page.line(plain, "  "+item+accepted(known && !f.Accepted))
		}
	}
	return p.page.flush()
}

func accepted(yes bool) string {
	if yes {
		return " (accepted)"
	}
	return ""
}
