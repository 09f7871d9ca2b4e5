package render

import (
	"strconv"

	"github.com/veltx/veltx/transform/report"
)

// shownStays is how many items with references that stay are named.
const shownStays = 8

// stayLines tell which references to mapped namespaces stay: how many, the first items, and how to list all.
func stayLines(s *report.Stays) []partLine {
	if s.Items == 0 {
		return nil
	}
	lines := []partLine{{ink: stayInk(s.Certain), text: stayCount(s.Certain, s.Likely) + " in " + Count(s.Items, "item") + " will name the old namespace:"}}
	if s.Certain+s.Likely == 1 {
		lines[0].text = stayCount(s.Certain, s.Likely) + " will name the old namespace:"
	}
	for i := range s.First[:min(len(s.First), shownStays)] {
		lines = append(lines, stayLine(&s.First[i]))
	}
	if rest := s.Items - min(len(s.First), shownStays); rest > 0 {
		lines = append(lines, partLine{ink: faint, text: "and " + strconv.Itoa(rest) + " more: veltx references lists all"})
	}
	return lines
}

func stayInk(certain int) ink {
	if certain > 0 {
		return caution
	}
	return plain
}

// stayLine is an item, how sure its first reference is, and how many more it has. Findings tell the fields.
func stayLine(s *report.Stay) partLine {
	text, sure := s.Text, "likely"
	if text == "" {
		text = "not shown"
	}
	if s.Certain > 0 {
		sure = "certain"
	}
	line := "  " + sure + ": " + s.Item + " (" + text + ")"
	if rest := s.Certain + s.Likely - 1; rest > 0 {
		line += " and " + strconv.Itoa(rest) + " more"
	}
	return partLine{ink: stayInk(s.Certain), text: line}
}

// stayCount counts references by how sure they are.
func stayCount(certain, likely int) string {
	switch {
	case likely == 0:
		return Count(certain, "certain reference")
	case certain == 0:
		return Count(likely, "likely reference")
	}
	return strconv.Itoa(certain) + " certain and " + Count(likely, "likely reference")
}
