package restore

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/report"
)

// fewDifferences are told of in words; more are in veltx versions diff.
const fewDifferences = 3

// tellRelease tells once what the release that restores does otherwise than the profile that stands for it.
func tellRelease(s *report.Summary, o *Options) {
	if o.Release == 0 {
		return
	}
	differs := o.Release.Differs(o.Profile)
	if len(differs) == 0 {
		return
	}
	var parts []string
	for _, page := range differs[:min(len(differs), fewDifferences)] {
		parts = append(parts, turning(page)+" "+page.Sentence)
	}
	if rest := len(differs) - len(parts); rest > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", rest))
	}
	s.FindOn(report.Notice, "release-differs", o.Release.String(), fmt.Sprintf("Velero %s is previewed as %s, the nearest release that can be; between them: %s",
		o.Release, o.Profile, strings.Join(parts, "; ")))
}

// turning says when a behavior begins, or when it ends.
func turning(page actions.BehaviorPage) string {
	if page.Until != 0 && page.Since == 0 {
		return "until " + page.Until.String()
	}
	return "since " + page.Since.String()
}
