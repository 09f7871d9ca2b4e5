package render

import (
	"io"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// catalogue is the document of findings.
type catalogue struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Findings   []findings.Entry `json:"findings"`
}

// WriteCatalogue writes what may be found.
func WriteCatalogue(out io.Writer, format string, list []findings.Entry, style Style) error {
	return show(out, format, catalogue{apiVersion, "FindingCatalogue", list}, style, func(p *page) {
		area := findings.Area("")
		for _, e := range list {
			if e.Area != area {
				area = e.Area
				p.section(strong, "FINDINGS: "+string(area))
			}
			ink := caution
			if e.Severity == report.Error {
				ink = bad
			}
			p.put(plain, "  ")
			p.put(ink, e.ID)
			p.line(faint, "  "+string(e.Severity))
			p.hanging(plain, 4, 4, e.Meaning)
			p.remedy(e.Remedy)
		}
	})
}
