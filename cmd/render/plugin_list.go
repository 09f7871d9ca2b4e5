package render

import (
	"io"

	"github.com/veltx/veltx/transform/report"
)

// pluginList is the document of plugins list.
type pluginList struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Plugins    []report.Plugin `json:"plugins"`
}

// Plugins writes what plugins say that they are.
func Plugins(out io.Writer, format string, list []report.Plugin, style Style) error {
	return show(out, format, pluginList{apiVersion, "Plugins", list}, style, func(p *page) {
		for i := range list {
			if i > 0 {
				p.end()
			}
			p.line(strong, list[i].Path)
			actionRow(p, "sha256", list[i].SHA256)
			actionRow(p, "module", list[i].Module)
			for _, name := range list[i].Names {
				p.hanging(plain, 2, 4, name)
			}
		}
	})
}
