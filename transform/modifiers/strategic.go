package modifiers

import (
	"encoding/json"
	"errors"
	"fmt"

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
func (p *strategicPatches) patch(before *object, _ int64) (*object, error) {
	meta, err := p.kinds.patchMeta(before.velero.GroupVersionKind())
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
