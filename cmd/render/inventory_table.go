package render

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/look/inspect"
)

// WriteInventory writes what a backup holds.
func WriteInventory(out io.Writer, format string, v *inspect.Inventory, style Style) error {
	return show(out, format, v, style, func(p *page) {
		writeInventoryHead(p, v)
		writeAsked(p, v.Asked)
		writeMessages(p, v.Messages)
		writeResources(p, v.Resources)
		writeNamespaces(p, v.Namespaces)
		writeSideFiles(p, v.SideFiles)
		writeVolumes(p, v.Volumes)
		writeOddPaths(p, v)
	})
}

func writeInventoryHead(p *page, v *inspect.Inventory) {
	p.fact("Backup", v.Name)
	p.fact("From", v.Source+" ("+v.Format+")")
	if v.FormatVersion != "" {
		p.fact("Format", "Velero's version "+v.FormatVersion)
	}
	if s := v.Status; s != nil {
		p.fact("Status", statusText(s))
	}
	size := Bytes(v.UnpackedBytes)
	if v.PackedBytes > 0 {
		size = Bytes(v.PackedBytes) + " packed, " + size + " unpacked"
	}
	p.fact("Size", size+", "+entries(v.Entries))
	p.fact("Holds", Count(v.Items, "item")+" of "+Count(len(v.Resources), "resource"))
}

func statusText(s *inspect.BackupStatus) string {
	parts := []string{orDash(s.Phase)}
	if s.StartTimestamp != "" {
		parts = append(parts, "from "+s.StartTimestamp)
	}
	if s.CompletionTimestamp != "" {
		parts = append(parts, "to "+s.CompletionTimestamp)
	}
	if s.TotalItems > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d items", s.ItemsBackedUp, s.TotalItems))
	}
	parts = append(parts, Count(s.Errors, "error"), Count(s.Warnings, "warning"))
	if s.Expiration != "" {
		parts = append(parts, "expires "+s.Expiration)
	}
	return strings.Join(parts, ", ")
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return strconv.Itoa(n) + " entries"
}

func writeResources(p *page, resources []inspect.ResourceCount) {
	if len(resources) == 0 {
		return
	}
	p.end()
	t := &table{page: p, right: map[int]bool{1: true, 2: true}, fits: true}
	t.header("RESOURCE", "ITEMS", "SIZE", "VERSIONS")
	for _, r := range resources {
		t.texts(r.Resource, strconv.Itoa(r.Items), Bytes(r.Bytes), versionText(&r))
	}
	t.write()
}

// versionText lists the versions of copies, the preferred one with a star.
func versionText(r *inspect.ResourceCount) string {
	var names []string
	for _, v := range r.Versions {
		name := v.Version
		if v.Preferred {
			name += "*"
		}
		if v.Copies != r.Items {
			name += fmt.Sprintf(" (%d)", v.Copies)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func writeNamespaces(p *page, namespaces []inspect.NamespaceCount) {
	if len(namespaces) == 0 {
		return
	}
	p.end()
	t := &table{page: p, right: map[int]bool{1: true, 2: true}, fits: true}
	t.header("NAMESPACE", "ITEMS", "SIZE")
	for _, n := range namespaces {
		t.texts(cmp.Or(n.Namespace, "(cluster-scoped)"), strconv.Itoa(n.Items), Bytes(n.Bytes))
	}
	t.write()
}

func writeSideFiles(p *page, files []inspect.SideFile) {
	if len(files) == 0 {
		return
	}
	p.end()
	t := &table{page: p, right: map[int]bool{1: true, 2: true}}
	t.header("FILE", "ENTRIES", "SIZE", "HOLDS")
	for _, f := range files {
		held := "-"
		if f.Entries != nil {
			held = strconv.Itoa(*f.Entries)
		}
		t.texts(f.Name, held, Bytes(f.Bytes), f.Kind)
	}
	t.write()
}

func writeVolumes(p *page, volumes []inspect.Volume) {
	if len(volumes) == 0 {
		return
	}
	p.section(strong, "VOLUMES")
	for _, v := range volumes {
		name := orDash(v.PersistentVolume)
		if v.Claim != "" {
			name += " of " + v.Namespace + "/" + v.Claim
		}
		if v.Skipped == "" {
			p.hanging(plain, 2, 6, name+": "+methodText(&v))
			continue
		}
		p.hanging(plain, 2, 6, name+": no data")
		p.hanging(faint, 4, 4, v.Skipped)
	}
}

// methodText says how a volume was saved, how large it is, and where that is.
func methodText(v *inspect.Volume) string {
	text := orDash(v.Method)
	if v.DataMoved {
		text += ", data moved to the object store"
	}
	if v.Uploader != "" {
		text += " (" + v.Uploader + ")"
	}
	if v.Bytes > 0 {
		text += ", " + Bytes(v.Bytes)
	}
	if v.Snapshot != "" {
		text += ", " + v.Snapshot
	}
	return text
}

func writeAsked(p *page, asked []inspect.Asked) {
	if len(asked) == 0 {
		return
	}
	p.section(strong, "ASKED FOR")
	for _, a := range asked {
		p.hanging(plain, 2, 6, a.Name+": "+a.Text)
	}
}

// shownMessages is how many lines of the results a table shows of each severity.
const shownMessages = 20

func writeMessages(p *page, messages []inspect.Message) {
	for _, of := range []struct {
		severity, title string
		ink             ink
	}{{"error", "ERRORS OF THE BACKUP", bad}, {"warning", "WARNINGS OF THE BACKUP", caution}} {
		n, seen := 0, map[inspect.Message]int{}
		for _, m := range messages {
			seen[m]++
		}
		for _, m := range messages {
			times := seen[m]
			delete(seen, m)
			if m.Severity != of.severity || times == 0 {
				continue // of the other severity, or told already
			}
			if n++; n == 1 {
				p.section(strong, of.title)
			}
			if n > shownMessages {
				continue
			}
			text := messageText(&m)
			if times > 1 {
				text += " ×" + strconv.Itoa(times)
			}
			p.hanging(of.ink, 2, 6, text)
		}
		if n > shownMessages {
			p.line(faint, fmt.Sprintf("  and %d more: -o json lists all", n-shownMessages))
		}
	}
}

func writeOddPaths(p *page, v *inspect.Inventory) {
	if v.OddEntries == 0 {
		return
	}
	p.section(caution, "ENTRIES IN ODD PLACES")
	for _, path := range v.OddPaths {
		p.line(plain, "  "+path)
	}
	if rest := v.OddEntries - len(v.OddPaths); rest > 0 {
		p.line(faint, fmt.Sprintf("  and %d more", rest))
	}
}
