package modifiers

import (
	"fmt"

	jsonpatch "github.com/evanphx/json-patch/v5"
	jsonpatch4 "gopkg.in/evanphx/json-patch.v4"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/yamltext"
)

// patchDocument is one patchData, YAML turned into JSON. Velero turns it anew for each item, so that what can't be
// turned is an error of the item (internal/resourcemodifiers/json_merge_patch.go:27, strategic_merge_patch.go:38).
type patchDocument struct {
	text []byte
	err  error
}

func compileDocuments(field string, specs []filePatchDocument) []patchDocument {
	documents := make([]patchDocument, len(specs))
	for i, spec := range specs {
		var text []byte
		err := yamltext.CheckAliases([]byte(spec.PatchData))
		if err == nil {
			text, err = yaml.YAMLToJSON([]byte(spec.PatchData))
		}
		if err != nil {
			err = fmt.Errorf("%s[%d].patchData: %w", field, i, err)
		}
		documents[i] = patchDocument{text: text, err: err}
	}
	return documents
}

// mergePatches are JSON merge patches (RFC 7386), each applied to the result of the one before. They work on any kind;
// a null deletes.
type mergePatches struct {
	documents []patchDocument
}

func compileMergePatches(specs []filePatchDocument) patcher {
	return (&mergePatches{documents: compileDocuments("mergePatches", specs)}).patch
}

// patch merges the documents (internal/resourcemodifiers/json_merge_patch.go:20-45). A patchData that is empty or null
// replaces the whole item by null, which is no item any more: an error.
func (p *mergePatches) patch(before *object, how how) (*object, error) {
	text, err := guarded(func() ([]byte, error) { return p.merge(before.json(), how, keepNumbers) })
	if err != nil {
		return nil, err
	}
	after, err := decodeObject(text)
	if err != nil {
		return nil, fmt.Errorf("mergePatches: the patched item: %w", err)
	}
	return after.withExact(before, func(exact []byte) ([]byte, error) { return p.merge(exact, how, asVelero) }), nil
}

func (p *mergePatches) merge(text []byte, how how, numbers func([]byte) ([]byte, error)) ([]byte, error) {
	merge := jsonpatch.MergePatch
	if how.before114 {
		merge = jsonpatch4.MergePatch
	}
	for i, document := range p.documents {
		if document.err != nil {
			return nil, document.err
		}
		patch, err := numbers(document.text)
		if err != nil {
			return nil, fmt.Errorf("mergePatches[%d]: %w", i, err)
		}
		text, err = merge(text, patch)
		if err != nil {
			return nil, fmt.Errorf("mergePatches[%d]: %w", i, err)
		}
	}
	return text, nil
}

func keepNumbers(text []byte) ([]byte, error) { return text, nil }
