package modifiers

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	jsonpatch4 "gopkg.in/evanphx/json-patch.v4"
)

// jsonOperations are those of one JSON patch, for both releases of the library: a Velero before 1.14 has the older one, which replaces
// members that are missing.
type jsonOperations struct {
	now    jsonpatch.Patch
	before jsonpatch4.Patch
}

// apply applies the operations within the limit of how.
func (o jsonOperations) apply(text []byte, how how) ([]byte, error) {
	if !how.before114 {
		return applyWithin(o.now, text, how.size)
	}
	text, err := o.before.Apply(text)
	if err == nil {
		err = checkSize(text, how.size)
	}
	return text, err
}

// failedTest says that an operation of the kind "test" met another value.
func failedTest(err error) bool {
	return errors.Is(err, jsonpatch.ErrTestFailed) || errors.Is(err, jsonpatch4.ErrTestFailed)
}

// jsonPatches are a rule's "patches": one JSON patch with all operations, so that all are applied or none.
type jsonPatches struct {
	operations jsonOperations
	// untested are the operations without tests, their values with Velero's numbers. They are for the exact text, on
	// which a test could come out otherwise.
	untested jsonOperations
	err      error
	errOld   error
}

func compileJSONPatch(patches []fileJSONPatch) patcher {
	made, err := decodeJSONPatch("patches", patches)
	p := jsonPatches{operations: made, untested: withoutTests(made), err: err}
	if made.before == nil {
		p.errOld = err
	}
	return p.patch
}

// patch applies the operations (internal/resourcemodifiers/json_patch.go:62-94).
func (p *jsonPatches) patch(before *object, how how) (*object, error) {
	if p.errOld != nil || p.err != nil && !how.before114 {
		return nil, p.err
	}
	text, err := guarded(func() ([]byte, error) { return p.operations.apply(before.json(), how) })
	if failedTest(err) {
		return nil, errTestFailed
	}
	if err != nil {
		return nil, fmt.Errorf("patches: %w", err)
	}
	after, err := decodeObject(text)
	if err != nil {
		return nil, fmt.Errorf("patches: the patched item: %w", err)
	}
	return after.withExact(before, func(exact []byte) ([]byte, error) { return p.untested.apply(exact, how) }), nil
}

// decodeJSONPatch puts the operations together as text, as Velero does, and decodes that. Paths and values go into the
// text as they are: a double quote or a newline in one breaks it, and the rule fails on every item (internal/
// resourcemodifiers/json_patch.go:21-26 and 96-103).
func decodeJSONPatch(field string, patches []fileJSONPatch) (jsonOperations, error) {
	texts := make([]string, len(patches))
	for i, patch := range patches {
		texts[i] = operationText(patch)
	}
	text := []byte("[" + strings.Join(texts, ",") + "]")
	var made jsonOperations
	if old, err := jsonpatch4.DecodePatch(text); err == nil {
		made.before = old
	}
	var err error
	if made.now, err = jsonpatch.DecodePatch(text); err == nil {
		return made, nil
	}
	for i, text := range texts {
		if problem := operationProblem(patches[i], text); problem != "" {
			return made, fmt.Errorf("%s[%d]%s: %w", field, i, problem, err)
		}
	}
	return made, fmt.Errorf("%s: %w", field, err)
}

func operationText(patch fileJSONPatch) string {
	return `{"op": "` + patch.Operation + `", "from": "` + patch.From + `", "path": "` + patch.Path +
		`", "value": ` + valueText(patch.Value) + `}`
}

// valueText decides the type of a value: null, true, false, numbers and what starts like a mapping or a list stand as
// they are; all else, nothing too, is text. Quotes around a value make it text (internal/resourcemodifiers/
// json_patch.go:28-56). True, 007 and nan pass for a boolean and numbers, and are not JSON.
func valueText(value string) string {
	switch {
	case value == "":
		return `""`
	case strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`):
		return `"` + strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`) + `"`
	case value == "null", strings.ToLower(value) == "true", strings.ToLower(value) == "false":
		return value
	case strings.HasPrefix(value, "{"), strings.HasPrefix(value, "["):
		return value
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return value
	}
	return `"` + value + `"`
}

// operationProblem says which field of an operation can't be decoded, or that it is another one's fault.
func operationProblem(patch fileJSONPatch, text string) string {
	if _, err := jsonpatch.DecodePatch([]byte("[" + text + "]")); err == nil {
		return ""
	}
	switch {
	case !json.Valid([]byte(valueText(patch.Value))):
		return fmt.Sprintf(".value: %q does not make JSON", patch.Value)
	case !json.Valid([]byte(`"` + patch.Path + `"`)):
		return fmt.Sprintf(".path: %q does not make JSON", patch.Path)
	case !json.Valid([]byte(`"` + patch.From + `"`)):
		return fmt.Sprintf(".from: %q does not make JSON", patch.From)
	case strings.ToLower(patch.Operation) != patch.Operation:
		return fmt.Sprintf(".operation: %q is not in lower case", patch.Operation)
	default:
		return ".operation: " + strconv.Quote(patch.Operation)
	}
}

// withoutTests copies a patch for use on the exact text.
func withoutTests(all jsonOperations) (kept jsonOperations) {
	kept.now = make(jsonpatch.Patch, 0, len(all.now))
	for _, operation := range all.now {
		if operation.Kind() != "test" {
			kept.now = append(kept.now, withNumbers(operation))
		}
	}
	for _, operation := range all.before {
		if operation.Kind() != "test" {
			kept.before = append(kept.before, withNumbers(operation))
		}
	}
	return kept
}

// withNumbers copies an operation, its value with Velero's numbers.
func withNumbers[O ~map[string]*json.RawMessage](operation O) O {
	operation = maps.Clone(operation)
	if value := operation["value"]; value != nil {
		if numbers, err := asVelero(*value); err == nil {
			operation["value"] = (*json.RawMessage)(&numbers)
		}
	}
	return operation
}
