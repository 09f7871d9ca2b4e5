package render

import "github.com/veltx/veltx/transform/report"

// planNames lists what a restore would write, or what is in a backup, one name a line.
type planNames struct{ page *page }

// Item implements report.Sink.
func (n *planNames) Item(i *report.Item) error {
	switch i.Outcome {
	case report.Create, report.Update, report.Include:
		n.page.line(plain, title(i))
	}
	return nil
}

// Finish implements Preview.
func (n *planNames) Finish(*report.Summary) error { return n.page.flush() }
