package modifiers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/veltx/veltx/transform/internal/strict"
)

// Doubt is something in a resource modifier file that will hardly do what its author means, whatever the items are.
type Doubt struct {
	Rule  int    // its place in the file, from 0
	Field string // below the rule, "patches[0].value"
	Text  string // what is the matter and what to write instead
}

// Doubts looks at the file alone, in the form that Parse takes: at what does not compile, at values that are no JSON or
// not the type that their place wants, and at scalars of which YAML makes another text.
func Doubts(data []byte) ([]Doubt, error) {
	_, text, err := Text(data)
	if err != nil {
		return nil, err
	}
	f, err := decodeFile(text)
	if err != nil {
		return nil, err
	}
	raw := scalarsOf(text)
	var d doubts
	for i := range f.ResourceModifierRules {
		d.rule = i
		d.conditions(&f.ResourceModifierRules[i].Conditions, raw)
		d.patches(f.ResourceModifierRules[i].Patches, raw)
		d.documents("mergePatches", f.ResourceModifierRules[i].MergePatches)
		d.documents("strategicPatches", f.ResourceModifierRules[i].StrategicPatches)
	}
	return d.list, nil
}

type doubts struct {
	rule int
	list []Doubt
}

func (d *doubts) add(field, format string, args ...any) {
	d.list = append(d.list, Doubt{Rule: d.rule, Field: field, Text: fmt.Sprintf(format, args...)})
}

func (d *doubts) conditions(spec *fileConditions, raw scalars) {
	c := compileConditions(spec)
	for _, broken := range []struct {
		name, what string
		err        error
	}{
		{"groupResource", "is not a glob", c.resourceErr}, {"resourceNameRegex", "is not a regular expression", c.nameErr}, {"labelSelector", "is not a selector", c.selectorErr},
	} {
		if broken.err != nil {
			d.add("conditions."+broken.name, "%s: %v: the rule fails on every item that gets that far", broken.what, broken.err)
		}
	}
	for i, match := range spec.Matches {
		if inStatus(match.Path) {
			d.add(fmt.Sprintf("conditions.matches[%d].path", i), "Velero removes the status before modifiers run: the rule matches no item; match a label, an annotation or the spec")
		}
		field := fmt.Sprintf("conditions.matches[%d].value", i)
		d.misread(field, match.Value, raw)
		d.notJSON(field, match.Value)
	}
	if c.valuesErr != nil {
		d.add("conditions", "%v: the rule fails on every item that gets that far", c.valuesErr)
	}
}

func (d *doubts) patches(patches []fileJSONPatch, raw scalars) {
	for i, patch := range patches {
		field := fmt.Sprintf("patches[%d]", i)
		if readsStatus(patch) {
			d.add(field, "Velero removes the status before modifiers run: there is nothing to %s in it", strings.ToLower(patch.Operation))
		}
		if lower := strings.ToLower(patch.Operation); lower != patch.Operation {
			d.add(field+".operation", "%q passes Velero's check and then fails on every item: write %s", patch.Operation, lower)
		}
		if !slices.Contains([]string{"add", "replace", "test"}, strings.ToLower(patch.Operation)) {
			continue
		}
		d.misread(field+".value", patch.Value, raw)
		d.notJSON(field+".value", patch.Value)
		d.notText(field+".value", patch)
	}
}

// notJSON finds values that pass for a boolean or a number and are none, and texts that break the patch.
func (d *doubts) notJSON(field, value string) {
	if json.Valid([]byte(valueText(value))) {
		return
	}
	switch {
	case strings.EqualFold(value, "true"), strings.EqualFold(value, "false"):
		d.add(field, "%s is no JSON, and the rule fails: write %s for the boolean, or '\"%s\"' for the text", value, strings.ToLower(value), value)
	case isPlainWord(value):
		d.add(field, "Velero takes %s for a number, which is no JSON, and the rule fails: for the text write '\"%s\"'", value, value)
	default:
		d.add(field, "%q does not make JSON, and the rule fails: escape quotes and line breaks in it", value)
	}
}

func isPlainWord(value string) bool { return !strings.ContainsAny(value, "\"\\\n\t {[") }

// textPlaces are the parents whose members have to be strings.
var textPlaces = map[string]bool{
	"labels": true, "annotations": true, "matchLabels": true, "nodeSelector": true, "data": true, "stringData": true, "binaryData": true,
}

// notText finds values of another type where a string has to stand.
func (d *doubts) notText(field string, patch fileJSONPatch) {
	parts := strings.Split(patch.Path, "/")
	var value any
	if len(parts) < 3 || json.Unmarshal([]byte(valueText(patch.Value)), &value) != nil {
		return
	}
	parent, last := parts[len(parts)-2], parts[len(parts)-1]
	if textPlaces[parent] {
		d.wantText(field, parent, value, refusal(patch.Path), quoteAgain)
	}
	if members, ok := value.(map[string]any); ok && textPlaces[last] {
		for _, key := range slices.Sorted(maps.Keys(members)) {
			d.wantText(field, last+"."+key, members[key], refusal(patch.Path), quoteAgain)
		}
	}
}

// refusal is what comes of a wrong type: Velero looks at an item's own labels before the API server does.
func refusal(path string) string {
	if path == "/metadata/labels" || strings.HasPrefix(path, "/metadata/labels/") {
		return "with which Velero drops all labels of the item"
	}
	return "which the API server refuses"
}

// wantText finds a value of another type; remedy has a place for the value.
func (d *doubts) wantText(field, place string, value any, refusal, remedy string) {
	switch value.(type) {
	case string, nil:
		return
	}
	if text, err := json.Marshal(value); err == nil {
		d.add(field, "%s wants a text and gets %s, %s: %s", place, text, refusal, strings.ReplaceAll(remedy, "VALUE", string(text)))
	}
}

const quoteAgain = "quote it once more, '\"VALUE\"'"

// documents finds values of another type where a string has to stand in merge patches.
func (d *doubts) documents(kind string, documents []filePatchDocument) {
	for i, document := range compileDocuments(kind, documents) {
		field := fmt.Sprintf("%s[%d].patchData", kind, i)
		var tree any
		switch {
		case document.err != nil:
			d.add(field, "%v: the rule fails on every item", document.err)
		case json.Unmarshal(document.text, &tree) == nil:
			d.walk(field, "", tree)
		}
	}
}

func (d *doubts) walk(field, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := strict.Join(path, key)
			members, isMap := v[key].(map[string]any)
			if !textPlaces[key] || !isMap {
				d.walk(field, at, v[key])
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(members)) {
				place := at + "." + name
				d.wantText(field, place, members[name], refusal("/"+strings.ReplaceAll(place, ".", "/")), "put it in quotes")
			}
		}
	case []any:
		for i, e := range v {
			d.walk(field, fmt.Sprintf("%s[%d]", path, i), e)
		}
	}
}

// misread finds a scalar of which YAML makes another text than stands in the file: 007 becomes 7, yes becomes true.
func (d *doubts) misread(field, value string, raw scalars) {
	written, plain := raw[fmt.Sprintf("resourceModifierRules[%d].%s", d.rule, field)]
	if plain && written != value && written != "" && written != "~" && written != "null" {
		d.add(field, "YAML reads %s as %s: put it in quotes if the text is meant", written, value)
	}
}

// scalars are the unquoted scalars of a resource modifier file as they are written, by their path.
type scalars map[string]string

// scalarsOf reads a text that has been decoded before; of one that this reader cannot read there are none.
func scalarsOf(text []byte) scalars {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil
	}
	s := scalars{}
	s.collect("", &document)
	return s
}

func (s scalars) collect(path string, n *yaml.Node) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, content := range n.Content {
			s.collect(path, content)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.collect(strict.Join(path, n.Content[i].Value), n.Content[i+1])
		}
	case yaml.SequenceNode:
		for i, content := range n.Content {
			s.collect(fmt.Sprintf("%s[%d]", path, i), content)
		}
	case yaml.ScalarNode:
		if n.Style == 0 {
			s[path] = n.Value
		}
	}
}
