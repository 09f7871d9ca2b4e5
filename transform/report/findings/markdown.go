package findings

import (
	"fmt"
	"strings"
)

const heading = `# Findings

What veltx may find, made from the catalogue in ` + "`transform/report/findings`" + `; ` + "`veltx findings`" + ` prints it.

An id is stable: it never gets another meaning. ` + "`--fail-on`" + ` takes severities and ids, such as ` + "`--fail-on error,crd-missing`" + `;
` + "`--write-baseline FILE`" + ` notes the findings of a run, and ` + "`--baseline FILE`" + ` accepts them from then on.
`

// Markdown is the catalogue as a document.
func Markdown() string {
	var b strings.Builder
	b.WriteString(heading)
	for _, area := range Areas {
		fmt.Fprintf(&b, "\n## %s\n", area.Title)
		for _, e := range In(area.Area) {
			writeEntry(&b, e)
		}
	}
	return b.String()
}

func writeEntry(b *strings.Builder, e Entry) {
	name := e.ID
	if e.Area != Restore {
		name = string(e.Area) + ": " + e.ID
	}
	fmt.Fprintf(b, "\n### %s\n\n*%s*: %s.\n\n%s\n\nWhat to do: %s\n", name, e.Severity, e.Title, e.Meaning, e.Remedy)
}
