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
	return strings.Join(append(parts, Count(s.Errors, "error"), Count(s.Warnings, "warning")), ", ")
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
		p.put(plain, "  "+orDash(v.PersistentVolume))
		if v.Claim != "" {
			p.put(plain, " of "+v.Namespace+"/"+v.Claim)
		}
		if v.Skipped == "" {
			p.line(plain, ": "+orDash(v.Method))
			continue
		}
		p.line(plain, ": no data")
		p.hanging(faint, 4, 4, v.Skipped)
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
