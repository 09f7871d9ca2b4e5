package render

import (
	"io"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/look/backups"
)

// BackupFormats are the choices of -o for a list of backups.
var BackupFormats = []string{Table, Wide, Name, JSON, YAML}

// WriteBackups writes a list of backups.
func WriteBackups(out io.Writer, format string, list *backups.List, style Style) error {
	if format == JSON || format == YAML {
		return document(out, format, list)
	}
	p := newPage(out, style.where(format != Name))
	if format != Name {
		writeBackupTable(p, list, format == Wide)
		return p.flush()
	}
	for _, b := range list.Items {
		p.line(plain, b.Name)
	}
	return p.flush()
}

func writeBackupTable(p *page, list *backups.List, wide bool) {
	if list.Others > 0 {
		defer p.line(caution, Count(list.Others, "folder")+" without velero-backup.json, which Velero does not list: see veltx verify --store")
	}
	if len(list.Items) == 0 {
		p.line(plain, "No backups.")
		return
	}
	t := &table{page: p, right: map[int]bool{4: true, 5: true, 6: true, 7: true}}
	names := []string{"NAME", "CREATED", "EXPIRES", "PHASE", "ITEMS", "SIZE", "ERR", "WARN"}
	if wide {
		names = append(names, "FORMAT", "KUBERNETES", "SCHEDULE", "NAMESPACES")
	}
	t.header(names...)
	for _, b := range list.Items {
		t.add(backupRow(b, wide)...)
	}
	t.write()
	for _, b := range list.Items {
		if b.Problem != "" {
			p.line(bad, b.Name+": "+b.Problem)
		}
	}
}

func backupRow(s *backups.Backup, wide bool) []cell {
	if s.Problem != "" {
		return []cell{{text: s.Name}, {text: "-"}, {text: "-"}, {"unreadable", bad}, {text: "-"}, {text: sizeOrDash(s.Bytes)}, {text: "-"}, {text: "-"}}
	}
	items := "-"
	if s.Items != nil {
		items = strconv.Itoa(*s.Items)
	}
	row := []cell{
		{text: s.Name}, {text: moment(s.Created, wide)}, {text: moment(s.Expires, wide)}, {orDash(s.Phase), phaseInk(s.Phase)},
		{text: items}, {text: sizeOrDash(s.Bytes)}, {text: strconv.Itoa(s.Errors)}, {text: strconv.Itoa(s.Warnings)},
	}
	if wide {
		row = append(row, cell{text: orDash(s.FormatVersion)}, cell{text: orDash(s.Kubernetes)}, cell{text: orDash(s.Schedule)},
			cell{text: orDash(strings.Join(s.Namespaces, ","))})
	}
	return row
}

// sizeOrDash is a size, or a dash where the store tells none.
func sizeOrDash(bytes *int64) string {
	if bytes == nil {
		return "-"
	}
	return Bytes(*bytes)
}

// moment is a time, or its day where there is little room.
func moment(text string, wide bool) string {
	if day, _, ok := strings.Cut(text, "T"); ok && !wide {
		return day
	}
	return orDash(text)
}

func phaseInk(phase string) ink {
	switch {
	case phase == "Completed":
		return good
	case strings.Contains(phase, "Failed"):
		return bad
	}
	return caution
}
