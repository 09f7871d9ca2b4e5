package modifiers

import (
	"fmt"
	"reflect"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// kinds are the kinds that strategic merge patches work on: those of the scheme of the client that Velero's server
// gives its restorer (pkg/cmd/server/server.go:233-261 and 853, pkg/restore/restore.go:1463). That is core/v1, apps/v1,
// batch/v1, Velero's own and the snapshot kinds, and not the other built-in groups: an Ingress, a Role, a StorageClass
// or a HorizontalPodAutoscaler fails as a custom resource does.
type kinds struct {
	scheme *runtime.Scheme
}

// plainKinds are registered kinds whose Go types declare no merge key of their own.
var plainKinds = map[schema.GroupVersion][]string{
	{Group: "velero.io", Version: "v1"}: {
		"Backup", "Restore", "Schedule", "DownloadRequest", "DeleteBackupRequest", "PodVolumeBackup",
		"PodVolumeRestore", "BackupRepository", "BackupStorageLocation", "VolumeSnapshotLocation",
		"ServerStatusRequest",
	},
	{Group: "velero.io", Version: "v2alpha1"}: {"DataUpload", "DataDownload"},
	{Group: "snapshot.storage.k8s.io", Version: "v1"}: {
		"VolumeSnapshot", "VolumeSnapshotContent", "VolumeSnapshotClass",
	},
	{Group: "groupsnapshot.storage.k8s.io", Version: "v1beta2"}: {
		"VolumeGroupSnapshot", "VolumeGroupSnapshotContent", "VolumeGroupSnapshotClass",
	},
}

func newKinds() *kinds {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // the three groups are part of this program and don't clash
		}
	}
	return &kinds{scheme: scheme}
}

// patchMeta finds the merge keys of a kind.
func (k *kinds) patchMeta(kind schema.GroupVersionKind) (strategicpatch.LookupPatchMeta, error) {
	if slices.Contains(plainKinds[kind.GroupVersion()], kind.Kind) {
		return plainMeta{top: true}, nil
	}
	typed, err := k.scheme.New(kind)
	if err != nil {
		return nil, fmt.Errorf("no kind %q is registered for version %q: Velero knows strategic merge patches for the "+
			"kinds of core/v1, apps/v1 and batch/v1, volume snapshots and its own: %w", kind.Kind, kind.GroupVersion(), ErrUnknownKind)
	}
	return strategicpatch.NewPatchMetaFromStruct(typed)
}

// plainMeta is what a type says of its fields that has no merge keys but metadata's: mappings are merged, lists are
// replaced.
// Differs from Velero: a field that the kind's Go type doesn't know is an error there, and merged here.
type plainMeta struct {
	top bool
}

// Name names the type, for the library's errors.
func (plainMeta) Name() string { return "struct" }

// LookupPatchMetadataForStruct finds the declarations of a field that is a mapping.
func (m plainMeta) LookupPatchMetadataForStruct(key string) (strategicpatch.LookupPatchMeta, strategicpatch.PatchMeta, error) {
	if m.top && key == "metadata" {
		return strategicpatch.PatchMetaFromStruct{T: reflect.TypeFor[metav1.ObjectMeta]()}, strategicpatch.PatchMeta{}, nil
	}
	return plainMeta{}, strategicpatch.PatchMeta{}, nil
}

// LookupPatchMetadataForSlice finds the declarations of a field that is a list.
func (m plainMeta) LookupPatchMetadataForSlice(string) (strategicpatch.LookupPatchMeta, strategicpatch.PatchMeta, error) {
	return plainMeta{}, strategicpatch.PatchMeta{}, nil
}
