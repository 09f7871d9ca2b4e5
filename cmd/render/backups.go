package render

import (
	"io"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/velero"
)

// BackupFormats are the choices of -o for a list of backups.
var BackupFormats = []string{Table, Wide, Name, JSON, YAML}

// BackupList is what a store holds.
type BackupList struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Store      string          `json:"store"`
	Prefix     string          `json:"prefix,omitempty"`
	Items      []*StoredBackup `json:"items"`
}

// NewBackupList returns a list without backups.
func NewBackupList(store, prefix string) *BackupList {
	return &BackupList{APIVersion: "veltx.io/v1alpha1", Kind: "BackupList", Store: store, Prefix: prefix, Items: []*StoredBackup{}}
}

// StoredBackup is a backup in a store.
type StoredBackup struct {
	Name          string   `json:"name"`
	Problem       string   `json:"problem,omitempty"` // why nothing more is known
	Created       string   `json:"created,omitempty"`
	Expires       string   `json:"expires,omitempty"`
	Phase         string   `json:"phase,omitempty"`
	Items         int      `json:"items"`
	Errors        int      `json:"errors"`
	Warnings      int      `json:"warnings"`
	Files         int      `json:"files"`
	Bytes         int64    `json:"bytes"` // of all files, as stored
	FormatVersion string   `json:"formatVersion,omitempty"`
	Kubernetes    string   `json:"kubernetes,omitempty"`
	Schedule      string   `json:"schedule,omitempty"`
	Namespaces    []string `json:"includedNamespaces,omitempty"`
}

// What Velero notes in a Backup (v1.18.2 pkg/apis/velero/v1/labels_annotations.go).
const (
	kubernetesVersion = "velero.io/source-cluster-k8s-gitversion"
	scheduleName      = "velero.io/schedule-name"
)

// Tell takes what the Backup says.
func (s *StoredBackup) Tell(b *velero.Backup) {
	s.Phase, s.Items = b.Status.Phase, b.Status.Progress.ItemsBackedUp
	s.Errors, s.Warnings = b.Status.Errors, b.Status.Warnings
	s.Created, s.Expires = timeText(b.Status.StartTimestamp), timeText(b.Status.Expiration)
	if s.Created == "" && !b.CreationTimestamp.IsZero() {
		s.Created = timeText(&b.CreationTimestamp)
	}
	s.FormatVersion, s.Kubernetes = b.Status.FormatVersion, b.Annotations[kubernetesVersion]
	s.Schedule, s.Namespaces = b.Labels[scheduleName], b.Spec.IncludedNamespaces
}

// WriteBackups writes a list of backups.
func WriteBackups(out io.Writer, format string, list *BackupList, coloured bool) error {
	if format == JSON || format == YAML {
		return document(out, format, list)
	}
	p := newPage(out, coloured && format != Name)
	switch format {
	case Name:
		for _, b := range list.Items {
			p.line(plain, b.Name)
		}
	case Wide:
		writeBackupTable(p, list, true)
	default:
		writeBackupTable(p, list, false)
	}
	return p.flush()
}

func writeBackupTable(p *page, list *BackupList, wide bool) {
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
		t.add(b.row(wide)...)
	}
	t.write()
	for _, b := range list.Items {
		if b.Problem != "" {
			p.line(bad, b.Name+": "+b.Problem)
		}
	}
}

func (s *StoredBackup) row(wide bool) []cell {
	if s.Problem != "" {
		return []cell{{text: s.Name}, {text: "-"}, {text: "-"}, {"unreadable", bad}, {text: "-"}, {text: Bytes(s.Bytes)}, {text: "-"}, {text: "-"}}
	}
	row := []cell{
		{text: s.Name}, {text: s.moment(s.Created, wide)}, {text: s.moment(s.Expires, wide)}, {orDash(s.Phase), phaseInk(s.Phase)},
		{text: strconv.Itoa(s.Items)}, {text: Bytes(s.Bytes)}, {text: strconv.Itoa(s.Errors)}, {text: strconv.Itoa(s.Warnings)},
	}
	if wide {
		row = append(row, cell{text: orDash(s.FormatVersion)}, cell{text: orDash(s.Kubernetes)}, cell{text: orDash(s.Schedule)},
			cell{text: orDash(strings.Join(s.Namespaces, ","))})
	}
	return row
}

// moment is a time, or its day where there is little room.
func (s *StoredBackup) moment(text string, wide bool) string {
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
