package render

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// markdownText is text of a bounded length with findings in it.
type markdownText struct {
	area     findings.Area
	findings findingGroups
	text     strings.Builder
}

// fits adds text if there is room for it and for a last line.
func (m *markdownText) fits(text string) bool {
	const lastLine = 200
	if m.text.Len()+len(text)+lastLine > maxMarkdown {
		return false
	}
	m.text.WriteString(text)
	return true
}

func (m *markdownText) severity(severity report.Severity, heading string) {
	keys := m.findings.keys(severity, m.area)
	if len(keys) == 0 || !m.fits("### "+heading+"\n\n") {
		return
	}
	for n, key := range keys {
		if !m.fits(m.group(key)) {
			left := 0
			for _, k := range keys[n:] {
				left += m.findings[k].total
			}
			m.text.WriteString("- … and " + Count(left, "more finding") + " of " + Count(len(keys)-n, "sort") + "\n")
			break
		}
	}
	m.text.WriteString("\n")
}

func (m *markdownText) group(key findingKey) string {
	g := m.findings[key]
	var b strings.Builder
	fmt.Fprintf(&b, "- [**%s**](%s)", key.id, pageOf(m.area, key.id))
	if g.total > 1 {
		fmt.Fprintf(&b, " ×%d", g.total)
	}
	if todo := findings.Remedy(m.area, key.id); todo != "" {
		b.WriteString(": " + marked(todo))
	}
	b.WriteString("\n")
	shown := 0
	for _, message := range g.messages {
		b.WriteString("  - " + message.markdown() + "\n")
		shown += message.total
	}
	if rest := g.total - shown; rest > 0 {
		fmt.Fprintf(&b, "  - … and %d more\n", rest)
	}
	return b.String()
}
