package modifiers

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/veltx/veltx/transform/internal/strict"
)

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
