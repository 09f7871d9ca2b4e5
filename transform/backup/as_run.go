package backup

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

// Defaults of Velero's server. Source: v1.18.3 pkg/cmd/server/config/config.go:40-50, :173-190.
const (
	defaultTTL             = 30 * 24 * time.Hour
	defaultSnapshotTimeout = 10 * time.Minute
	operationTimeout       = 4 * time.Hour
	defaultLocation        = "default"
)

// storageLocationLabel names the storage location of a Backup.
const storageLocationLabel = "velero.io/storage-location"

// specAsRun is the spec of a Backup with what its server sets and nothing else of veltx reads.
type specAsRun struct {
	velero.BackupSpec

	CSISnapshotTimeout       metav1.Duration `json:"csiSnapshotTimeout,omitzero"`
	ItemOperationTimeout     metav1.Duration `json:"itemOperationTimeout,omitzero"`
	DefaultVolumesToFsBackup *bool           `json:"defaultVolumesToFsBackup,omitempty"`
}

// asRun is the Backup as Velero's server has it while items are backed up, which is what plugins are given: with the server's
// defaults, and without kind, as its client drops that. When it began, and the versions of the cluster, nothing tells.
// Source: v1.18.3 pkg/controller/backup_controller.go:292-300,379-600.
func (r *run) asRun(labelled []string) ([]byte, error) {
	spec := specAsRun{BackupSpec: r.backup.Spec}
	spec.TTL.Duration = cmp.Or(spec.TTL.Duration, defaultTTL)
	spec.StorageLocation = cmp.Or(spec.StorageLocation, defaultLocation)
	spec.ExcludedNamespaces = slices.Concat(spec.ExcludedNamespaces, labelled)
	if r.o.Profile.Does(actions.RunsCSIPlugin) {
		spec.CSISnapshotTimeout.Duration = defaultSnapshotTimeout
	}
	if r.o.Profile.Does(actions.ExcludesLabelledNamespaces) {
		spec.DefaultVolumesToFsBackup = new(bool)
	}
	if r.o.Profile.Does(actions.PrioritizesDataUploads) && spec.SnapshotMoveData == nil {
		spec.SnapshotMoveData = new(bool)
	}
	if r.o.Profile.Does(actions.RunsVersion2Actions) {
		spec.ItemOperationTimeout.Duration = operationTimeout
	}
	if r.o.Profile.Does(actions.FiltersBackupsByScope) {
		r.addAutoExcludes(&spec.BackupSpec)
	}
	if r.o.Profile.Does(actions.ExpandsNamespacePatternsOfBackups) && len(spec.IncludedNamespaces) == 0 {
		spec.IncludedNamespaces = []string{"*"}
	}
	metadata := map[string]any{
		"name": r.o.Name, "namespace": r.o.veleroNamespace(),
		"labels": map[string]string{storageLocationLabel: velero.LabelValue(spec.StorageLocation)},
	}
	if r.o.UID != "" {
		metadata["uid"] = r.o.UID
	}
	return json.Marshal(map[string]any{
		"metadata": metadata, "spec": spec,
		"status": map[string]any{"version": 1, "formatVersion": strings.TrimSpace(formatVersion), "phase": "InProgress"},
	})
}

// addAutoExcludes excludes what Velero never collects.
func (r *run) addAutoExcludes(s *velero.BackupSpec) {
	if r.o.usesOlder() {
		s.IncludedResources, s.ExcludedResources = addExcludes(s.IncludedResources, s.ExcludedResources, layout.CSISnapshots, layout.CSISnapshotContents)
		return
	}
	s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources = addExcludes(s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources, layout.CSISnapshotContents)
	s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources = addExcludes(s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources, layout.CSISnapshots)
}
