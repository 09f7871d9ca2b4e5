package render

import (
	"io"
)

// ListFormats are the choices of -o for what is no preview.
var ListFormats = []string{Table, JSON, YAML}

// Program is what there is to say about the program.
type Program struct {
	Version  string          `json:"version"`
	Revision string          `json:"revision,omitempty"`
	Modified bool            `json:"modified,omitempty"`
	Date     string          `json:"date,omitempty"` // of the revision, RFC 3339
	Go       string          `json:"go"`
	Platform string          `json:"platform"`
	Velero   []VeleroVersion `json:"velero"`
}

// VeleroVersion is a version of Velero whose restore is reproduced.
type VeleroVersion struct {
	Version string `json:"version"`
	Release string `json:"release"`
}

// Version writes what the program is.
func Version(out io.Writer, format string, program *Program) error {
	return show(out, format, program, Style{}, func(p *page) {
		p.put(plain, "veltx "+program.Version)
		if program.Revision != "" {
			p.put(plain, " ("+shortRevision(program)+")")
		}
		if program.Date != "" {
			p.put(plain, " of "+program.Date)
		}
		p.end()
		p.line(plain, program.Go+" "+program.Platform)
		for _, v := range program.Velero {
			p.line(plain, "reproduces Velero "+v.Release)
		}
	})
}

func shortRevision(program *Program) string {
	text := program.Revision[:min(12, len(program.Revision))]
	if program.Modified {
		text += ", modified"
	}
	return text
}
