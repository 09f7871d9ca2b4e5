package render

import "github.com/veltx/veltx/transform/report"

// planNames lists what a restore would write, one name a line.
type planNames struct{ page *page }

// Item implements report.Sink.
func (n *planNames) Item(i *report.Item) error {
	if i.Outcome == report.Create || i.Outcome == report.Update {
		n.page.line(plain, title(i))
	}
	return nil
}

// Finish implements Preview.
func (n *planNames) Finish(*report.Summary) error { return n.page.flush() }
