package render

import (
	"io"
	"strconv"

	"github.com/veltx/veltx/transform/deletion"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// DeletionFormats are the choices of -o for a deletion.
var DeletionFormats = []string{Table, JSON}

// deletionDocument is a deletion as a document.
type deletionDocument struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Store      string `json:"store"`
	Deleted    bool   `json:"deleted"`
	*deletion.Plan
}

// WriteDeletion writes what is deleted with a backup, and what stays. deleted says that the files are gone already.
func WriteDeletion(out io.Writer, format, store string, p *deletion.Plan, deleted bool, style Style) error {
	document := deletionDocument{APIVersion: apiVersion, Kind: "Deletion", Store: store, Deleted: deleted, Plan: p}
	return show(out, format, document, style, func(w *page) {
		w.fact("Backup", p.Backup+" in "+store)
		done := " to delete"
		if deleted {
			done = " deleted"
		}
		w.fact("Files", Count(len(p.Files), "file")+" of the backup and "+strconv.Itoa(p.Count()-len(p.Files))+" of "+
			Count(len(p.Restores), "restore")+done)
		if with := plugins(p.Plugins); with != "" {
			w.fact("Plugins", with)
		}
		writeDeletionFindings(w, p.Findings)
		writeFiles(w, p)
		writeOutside(w, "STAYS OUTSIDE THE STORE; VELERO WOULD DELETE IT", p.Outside, true)
		writeOutside(w, "STAYS OUTSIDE THE STORE, EVEN IF VELERO DELETES THE BACKUP", p.Outside, false)
	})
}

func writeDeletionFindings(w *page, list []report.Finding) {
	groups := findingGroups{}
	for _, f := range list {
		groups.addOne(f, "")
	}
	groups.write(w, findings.Delete, true)
}

func writeFiles(w *page, p *deletion.Plan) {
	w.section(strong, "FILES IN THE STORE")
	for _, key := range p.Files {
		w.line(plain, "  "+key)
	}
	for _, r := range p.Restores {
		for _, key := range r.Files {
			w.line(plain, "  "+key)
		}
	}
}

func writeOutside(w *page, title string, outside []deletion.Outside, velero bool) {
	begun := false
	for _, o := range outside {
		if o.Velero != velero {
			continue
		}
		if !begun {
			w.section(strong, title)
			begun = true
		}
		text := o.What
		if o.ID != "" {
			text += " " + o.ID
		}
		if o.Of != "" {
			text += " of " + o.Of
		}
		w.hanging(plain, 2, 4, text+": "+o.How)
	}
}
