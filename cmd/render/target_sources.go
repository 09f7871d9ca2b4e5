package render

import (
	"strings"
	"time"

	"github.com/veltx/veltx/transform/report"
)

// targetSources names what describes the target, and how old that is where it tells.
func targetSources(list []report.TargetSource, now time.Time) string {
	var parts []string
	for _, source := range list {
		taken := "of unknown age"
		if at, err := time.Parse(time.RFC3339, source.Taken); err == nil {
			taken = "of " + source.Taken + age(at, now)
		}
		parts = append(parts, source.Path+" ("+taken+")")
	}
	return strings.Join(parts, ", ")
}
