package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// toJSON turns YAML into compact JSON with sorted keys.
func toJSON(data []byte) ([]byte, error) {
	doc, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, fmt.Errorf("reading YAML: %w", err)
	}
	return doc, nil
}

// documents cuts a multi-document YAML file into JSON documents.
func documents(data []byte) ([][]byte, error) {
	var docs [][]byte
	for _, part := range bytes.Split(append([]byte("\n"), data...), []byte("\n---")) {
		doc, err := toJSON(part)
		if err != nil {
			return nil, err
		}
		if string(doc) != "null" {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// modifiersConfigMap takes the ConfigMap of resource modifiers, or makes one
// around the YAML that it holds.
func modifiersConfigMap(data []byte) ([]byte, error) {
	if looksLikeConfigMap(data) {
		return toJSON(data)
	}
	return json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "modifiers", "namespace": "velero"},
		"data":     map[string]any{"modifiers.yaml": string(data)},
	})
}

func looksLikeConfigMap(data []byte) bool {
	for _, line := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(line) == "kind: ConfigMap" && !strings.HasPrefix(line, " ") {
			return true
		}
	}
	return false
}

// DefaultUID is the uid of a case's Restore that names none.
const DefaultUID = "00000000-0000-4000-8000-000000000001"

// complete fills in what a case may leave out.
func (c *Case) complete() error {
	c.addTwins()
	if c.IsBackup() {
		c.Versions = slices.DeleteFunc(slices.Clone(c.Versions), restoresOnly)
		return c.completeNewBackup()
	}
	if len(c.Plugins) > 0 {
		c.Versions = slices.DeleteFunc(slices.Clone(c.Versions), noPlugins)
	}
	restore, err := object(c.Restore)
	if err != nil {
		return fmt.Errorf("reading the Restore: %w", err)
	}
	setDefault(restore, "velero.io/v1", "apiVersion")
	setDefault(restore, "Restore", "kind")
	setDefault(restore, "r", "metadata", "name")
	setDefault(restore, "velero", "metadata", "namespace")
	setDefault(restore, DefaultUID, "metadata", "uid")
	if get(restore, "spec", "scheduleName") == nil {
		setDefault(restore, "b", "spec", "backupName")
	}
	if c.Modifiers != nil && get(restore, "spec", "resourceModifier") == nil {
		cm, err := object(c.Modifiers)
		if err != nil {
			return fmt.Errorf("reading the ConfigMap of the resource modifiers: %w", err)
		}
		setDefault(restore, "ConfigMap", "spec", "resourceModifier", "kind")
		setDefault(restore, get(cm, "metadata", "name"), "spec", "resourceModifier", "name")
	}
	if c.Restore, err = json.Marshal(restore); err != nil {
		return fmt.Errorf("writing the Restore: %w", err)
	}
	return c.completeBackup(get(restore, "spec", "backupName"))
}

func (c *Case) completeBackup(name any) error {
	backup, err := object(c.Backup)
	if err != nil {
		return fmt.Errorf("reading the Backup: %w", err)
	}
	if name == nil {
		name = "b"
	}
	setDefault(backup, "velero.io/v1", "apiVersion")
	setDefault(backup, "Backup", "kind")
	setDefault(backup, name, "metadata", "name")
	setDefault(backup, "velero", "metadata", "namespace")
	setDefault(backup, "default", "spec", "storageLocation")
	setDefault(backup, "1.1.0", "status", "formatVersion")
	setDefault(backup, json.Number("1"), "status", "version")
	setDefault(backup, "Completed", "status", "phase")
	if c.Backup, err = json.Marshal(backup); err != nil {
		return fmt.Errorf("writing the Backup: %w", err)
	}
	return nil
}

// object reads a JSON object and keeps its numbers; nothing is an empty one.
func object(data []byte) (map[string]any, error) {
	obj := map[string]any{}
	if len(data) == 0 {
		return obj, nil
	}
	v, err := decode(data)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return obj, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("not an object")
	}
	return m, nil
}

func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	return v, nil
}

// get returns the value at the path, or nil.
func get(obj map[string]any, path ...string) any {
	var v any = obj
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

// setDefault sets the value at the path if there is none.
func setDefault(obj map[string]any, value any, path ...string) {
	for _, p := range path[:len(path)-1] {
		next, ok := obj[p].(map[string]any)
		if !ok {
			next = map[string]any{}
			obj[p] = next
		}
		obj = next
	}
	last := path[len(path)-1]
	if _, ok := obj[last]; !ok {
		obj[last] = value
	}
}
