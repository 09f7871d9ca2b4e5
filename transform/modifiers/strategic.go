package modifiers

import (
	"encoding/json"
	"errors"
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
	kubejson "sigs.k8s.io/json"
)

// strategicPatches are strategic merge patches, each applied to the result of the one before: lists are merged by the
// keys that the kind's Go type declares.
//
// Unlike the two other kinds of patch, they leave the whole item with Velero's numbers, since the merge works on maps
// and compares merge keys as values; see [object].
type strategicPatches struct {
	documents []patchDocument
	kinds     *kinds
}

func compileStrategicPatches(specs []filePatchDocument) patcher {
	return (&strategicPatches{documents: compileDocuments("strategicPatches", specs), kinds: newKinds()}).patch
}

// patch merges the documents (internal/resourcemodifiers/strategic_merge_patch.go:28-81). That the kind is unknown
// comes before any problem with the documents.
func (p *strategicPatches) patch(before *object, how how) (*object, error) {
	meta, err := p.kinds.patchMeta(before.velero.GroupVersionKind(), how.before114)
	if err != nil {
		return nil, fmt.Errorf("strategicPatches: %w", err)
	}
	after := before
	for i, document := range p.documents {
		if document.err != nil {
			return nil, document.err
		}
		after, err = guarded(func() (*object, error) { return mergeStrategically(after, document.text, meta) })
		if err != nil {
			return nil, fmt.Errorf("strategicPatches[%d]: %w", i, err)
		}
	}
	return after, nil
}

// mergeStrategically applies one document. The result goes through JSON once, as it does in Velero, where a mapping
// that is read into an unstructured object takes that way (internal/resourcemodifiers/strategic_merge_patch.go:100).
func mergeStrategically(before *object, document []byte, meta strategicpatch.LookupPatchMeta) (*object, error) {
	var patch map[string]any
	strict, err := kubejson.UnmarshalStrict(document, &patch)
	if err := errors.Join(append(strict, err)...); err != nil {
		return nil, err
	}
	merged, err := strategicpatch.StrategicMergeMapPatchUsingLookupPatchMeta(
		before.velero.DeepCopy().Object, patch, meta)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(map[string]any(merged))
	if err != nil {
		return nil, err
	}
	after, err := decodeObject(text)
	if err != nil {
		return nil, fmt.Errorf("the patched item: %w", err)
	}
	return after, nil
}

// MergeStrategically applies a strategic merge patch to an object as an API server does: by the merge keys of its Go type, and where
// there is none, by those of its metadata alone.
func MergeStrategically(item, patch []byte) ([]byte, error) {
	before, err := decodeObject(item)
	if err != nil {
		return nil, err
	}
	meta, err := newKinds().patchMeta(before.velero.GroupVersionKind(), false)
	if err != nil {
		meta = plainMeta{top: true}
	}
	after, err := guarded(func() (*object, error) { return mergeStrategically(before, patch, meta) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(after.velero.Object)
}

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
func (k *kinds) patchMeta(kind schema.GroupVersionKind, before114 bool) (strategicpatch.LookupPatchMeta, error) {
	if slices.Contains(plainKinds[kind.GroupVersion()], kind.Kind) {
		return plainMeta{top: true}, nil
	}
	typed, err := k.scheme.New(kind)
	if before114 && kind.Group != "" { // its scheme has only core/v1 beyond those above
		return nil, fmt.Errorf("no kind %q is registered for version %q: Velero before 1.14 knows strategic merge patches for the "+
			"kinds of core/v1, volume snapshots and its own: %w", kind.Kind, kind.GroupVersion(), ErrUnknownKind)
	}
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
