package yamltext

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxExpanded is how large a document may become when each alias is replaced by what it stands for, which is what
// every reader of YAML does. A megabyte that is named three hundred times is 300 MB.
const maxExpanded = 64 << 20

// CheckAliases refuses a document whose aliases make too much of it.
// Differs from Velero: it has no such limit.
func CheckAliases(text []byte) error {
	if !mayHaveAlias(text) {
		return nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return err
	}
	if (expansion{}).of(&document) > maxExpanded {
		return fmt.Errorf("aliases make more than %d MiB of it, the limit: write out what they stand for where it is meant", maxExpanded>>20)
	}
	return nil
}

// mayHaveAlias says whether a star stands where an alias could begin. Most text has none, and is not looked at any further.
func mayHaveAlias(text []byte) bool {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], '*')
		if next < 0 {
			return false
		}
		at += next
		begins := at == 0 || text[at-1] >= utf8.RuneSelf || bytes.IndexByte([]byte(" \t\r\n[{,:"), text[at-1]) >= 0 // Unicode has line breaks, too
		if begins && at+1 < len(text) && bytes.IndexByte([]byte(" \t\r\n[]{},*"), text[at+1]) < 0 {
			return true
		}
	}
}

// expansion remembers what is behind each anchor, so that a value counts often and is counted once.
type expansion map[*yaml.Node]int

// of is the size of a value with its aliases replaced, in bytes and at least one for each value. One that holds itself
// has no end, and beyond the limit nothing is counted.
func (e expansion) of(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode {
		return e.of(n.Alias)
	}
	if known, ok := e[n]; ok {
		return known
	}
	if n.Anchor != "" {
		e[n] = maxExpanded + 1 // until it is known, which it is not within itself
	}
	size := 1 + len(n.Value)
	for _, inner := range n.Content {
		size = min(size+e.of(inner), maxExpanded+1)
	}
	if n.Anchor != "" {
		e[n] = size
	}
	return size
}
