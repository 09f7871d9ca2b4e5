package render

import (
	"io"
	"strconv"

	"github.com/veltx/veltx/transform/look/target"
)

// targetSummary is the document of what is known of a target.
type targetSummary struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	*target.Summary
}

// Target tells what is known of a target, and what is not.
func Target(out io.Writer, format string, s *target.Summary, style Style) error {
	return show(out, format, targetSummary{apiVersion, "Target", s}, style, func(p *page) {
		version := s.Version
		if version == "" {
			version = "not told"
		}
		p.line(plain, "Kubernetes: "+version)
		p.line(plain, "Served: "+Count(s.Versions, "API version")+", "+Count(s.Resources, "resource"))
		for _, source := range s.Sources {
			taken := "unknown, so that what it says may be old"
			if at := s.Taken[source]; at != "" {
				taken = at
			}
			p.line(plain, "Time of "+source+": "+taken)
		}
		if s.Passed > 0 {
			p.line(faint, "Passed over, as they tell nothing: "+Count(s.Passed, "document"))
		}
		if len(s.Objects) > 0 {
			p.section(strong, "OBJECTS")
			for _, c := range s.Objects {
				p.line(plain, "  "+c.Kind+"  "+strconv.Itoa(c.Objects))
			}
		}
		if len(s.Unknown) > 0 {
			p.section(strong, "NOT KNOWN, SO NOT FORETOLD")
			for _, u := range s.Unknown {
				p.hanging(plain, 2, 2, u.What+": "+u.Ask+" tells")
			}
		}
	})
}
