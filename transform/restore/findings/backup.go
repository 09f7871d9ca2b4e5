package findings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// backupWide finds what the backup as a whole lacks.
type backupWide struct{ world *World }

func newBackupWide(w *World) Watcher { return backupWide{w} }

// See implements Watcher.
func (backupWide) See(*pipeline.Item) {}

// Conclude implements Watcher.
func (w backupWide) Conclude(s *report.Summary) {
	BackupWide(s, w.world.Backup.Len(), w.world.Env.Restore.Spec.NamespaceMapping, w.world.Backup.Namespaces(), w.world.Backup.HasNamespace)
}

// BackupWide tells of a backup without items, and of mappings of namespaces that it does not have, of those that hold items the
// nearest.
func BackupWide(s *report.Summary, items int, mapping map[string]string, namespaces []string, has func(namespace string) bool) {
	if items == 0 {
		s.Find(report.Warning, "backup-empty", "the backup has no items")
	}
	for _, from := range slices.Sorted(maps.Keys(mapping)) {
		if has(from) {
			continue
		}
		text := fmt.Sprintf("the backup has no namespace %s to map", from)
		if near := layout.Nearest(from, namespaces); near != "" {
			text += ": is " + near + " meant?"
		}
		s.FindOn(report.Warning, "namespace-mapping-unused", from, text)
	}
}
