package verify

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

// FailedItem is an item that Velero counts and lists among those of the backup, and did not store since it failed on it:
// it notes an item before it looks at it, and writes it last.
// Source: v1.18.2 pkg/backup/item_backupper.go:185 and :306-308; for pods whose hook failed pkg/backup/backup.go:807-813.
type FailedItem struct {
	Kind  string `json:"kind"` // version and kind, "v1/Pod"
	Name  string `json:"name"` // "shop/web-0"
	Error string `json:"error,omitempty"`
}

// results is what Velero noted in <backup>-results.gz, under "errors" and "warnings".
type results map[string]struct {
	Velero, Cluster []string
	Namespaces      map[string][]string
}

// failure is one error of the results. Resource and namespace are "" where Velero did not note them.
type failure struct{ resource, namespace, name, text string }

// noted is how the results write an error (pkg/util/logging/log_counter_hook.go:69-91).
var noted = regexp.MustCompile(`^(?: resource: /(\S*))?(?: name: /(\S*))? message: /`)

// failures are the errors that name an item.
func (r results) failures() []failure {
	var list []failure
	add := func(namespace string, texts []string) {
		for _, text := range texts {
			if m := noted.FindStringSubmatch(text); m != nil && m[2] != "" {
				list = append(list, failure{m[1], namespace, m[2], text[len(m[0]):]})
			}
		}
	}
	errors := r["errors"]
	add("", errors.Velero)
	add("", errors.Cluster)
	for namespace, texts := range errors.Namespaces {
		add(namespace, texts)
	}
	return list
}

// asked are the kinds whose item actions ask for items of a kind. Where such an item cannot be stored, Velero stores
// neither, and its error names the one that it came from.
// Source: v1.18.2 pkg/backup/item_backupper.go:507-512, and the actions of pkg/backup/actions.
var asked = map[string][]string{
	"PersistentVolumeClaim": {"Pod"}, "PriorityClass": {"Pod"}, "PersistentVolume": {"PersistentVolumeClaim"},
	"ClusterRoleBinding": {"ServiceAccount"}, "ClusterRole": {"ServiceAccount"},
	"VolumeSnapshot": {"PersistentVolumeClaim"}, "DataUpload": {"PersistentVolumeClaim"},
	"VolumeSnapshotContent": {"VolumeSnapshot"}, "VolumeSnapshotClass": {"VolumeSnapshot"},
	"Secret": {"VolumeSnapshotContent", "VolumeSnapshotClass"},
}

// partFailed says whether Velero noted errors of this backup.
func (f *folder) partFailed() bool {
	return len(f.failures) > 0 || f.backup != nil && (f.backup.Status.Errors > 0 || strings.HasSuffix(f.backup.Status.Phase, "Failed"))
}

// explain splits the items that are missing into those on which Velero failed and the others. Without results every
// item of a backup with errors may be one of them.
func (f *folder) explain(missing []FailedItem) (failed, lost []FailedItem) {
	if !f.partFailed() {
		return nil, missing
	}
	lost = missing
	for found := true; found; {
		found = false
		rest := lost[:0:0]
		for _, m := range lost {
			if why, ok := f.why(m, failed); ok {
				m.Error, found = why, true
				failed = append(failed, m)
				continue
			}
			rest = append(rest, m)
		}
		lost = rest
	}
	slices.SortFunc(failed, func(a, b FailedItem) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return failed, lost
}

// why is Velero's error of an item, or that of a failed item which asked for it.
func (f *folder) why(m FailedItem, failed []FailedItem) (string, bool) {
	if !f.hasResults {
		return "", true
	}
	kind := m.Kind[strings.LastIndexByte(m.Kind, '/')+1:]
	namespace, name := splitName(m.Name)
	for _, e := range f.failures {
		if e.name == name && (e.namespace == "" || e.namespace == namespace) && (e.resource == "" || isPlural(e.resource, kind)) {
			return e.text, true
		}
	}
	for _, other := range failed {
		from, _ := splitName(other.Name)
		if slices.Contains(asked[kind], other.Kind[strings.LastIndexByte(other.Kind, '/')+1:]) && (kind != "PersistentVolumeClaim" || from == namespace) {
			return other.Error, true
		}
	}
	return "", false
}

func splitName(listed string) (namespace, name string) {
	if namespace, name, ok := strings.Cut(listed, "/"); ok {
		return namespace, name
	}
	return "", listed
}

// failedOn says whether Velero failed on an item that a file beside the tarball names.
func (v *verifier) failedOn(item layout.ItemKey) bool {
	kind := map[string]string{layout.Pods: "v1/Pod", layout.PersistentVolumes: "v1/PersistentVolume"}[item.Resource]
	name := sidefiles.ListName(item.Namespace, item.Name)
	if slices.ContainsFunc(v.report.Failed, func(f FailedItem) bool { return f.Kind == kind && f.Name == name }) {
		return true
	}
	failed, _ := v.folder.explain([]FailedItem{{Kind: kind, Name: name}})
	return len(failed) > 0
}

// concludeCount holds the number of items against what Velero counted: all that it stored and all on which it failed, but
// not what it added when the operations of item actions had ended (pkg/controller/backup_finalizer_controller.go:189-198).
func (v *verifier) concludeCount() {
	if v.folder == nil || v.folder.backup == nil || v.folder.backup.Status.Progress == nil {
		return
	}
	counted := v.folder.backup.Status.Progress
	if counted.TotalItems == 0 && v.report.Items > 0 && counted.ItemsBackedUp == 0 {
		return // Velero before 1.4 does not count
	}
	least, most := v.report.Items-v.added, v.report.Items+len(v.report.Failed)
	if v.list == nil {
		least -= len(v.later)
	}
	for _, n := range []int{counted.TotalItems, counted.ItemsBackedUp} {
		if n >= least && (n <= most || v.list == nil && v.folder.partFailed()) {
			return
		}
	}
	v.report.find(BackupCount, backupFile, "", fmt.Sprintf("Velero counted %d items (status.progress), the archive holds %d", counted.TotalItems, v.report.Items))
}
