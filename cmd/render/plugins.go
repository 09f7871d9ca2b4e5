package render

import (
	"path/filepath"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// plugins names the plugins that ran: the file, what it was built from where that is known, and the start of its digest.
func plugins(list []report.Plugin) string {
	var parts []string
	for _, p := range list {
		what := "sha256 " + p.SHA256[:min(12, len(p.SHA256))]
		if p.Module != "" {
			what = p.Module + ", " + what
		}
		parts = append(parts, filepath.Base(p.Path)+" ("+what+")")
	}
	return strings.Join(parts, ", ")
}
