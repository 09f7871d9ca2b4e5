package backup

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// documents splits a stream into its documents and gives each as JSON in the form that Velero stores: compact, keys
// sorted. JSON keeps the digits of its numbers.
type documents struct {
	yaml  *utilyaml.YAMLReader
	queue [][]byte
}

func newDocuments(in io.Reader) *documents {
	return &documents{yaml: utilyaml.NewYAMLReader(bufio.NewReader(in))}
}

// next returns the next document that holds something, io.EOF after the last.
func (d *documents) next() ([]byte, error) {
	for len(d.queue) == 0 {
		text, err := d.yaml.Read()
		if err != nil {
			return nil, err
		}
		text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		if d.queue, err = split(text); err != nil {
			return nil, err
		}
	}
	text := d.queue[0]
	d.queue = d.queue[1:]
	return text, nil
}

// split turns a document of YAML, or any number of JSON texts after one another, into JSON.
func split(text []byte) ([][]byte, error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return nil, nil
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		if texts, err := splitJSON(trimmed); err == nil {
			return texts, nil
		}
	}
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	if string(converted) == "null" {
		return nil, nil // nothing but comments
	}
	return [][]byte{converted}, nil
}

func splitJSON(text []byte) ([][]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var texts [][]byte
	for {
		var v any
		err := decoder.Decode(&v)
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		sorted, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		texts = append(texts, sorted)
	}
}
