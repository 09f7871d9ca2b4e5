package references

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Rewriting says which references are rewritten.
type Rewriting struct {
	Least   Sure // Likely or Certain
	Secrets bool // those within Secrets, too
}

// RewritingWords name what may be rewritten.
var RewritingWords = []string{"certain", "likely", "certain+secrets", "likely+secrets"}

// RewritingOf is what one of RewritingWords stands for, nil for any other word.
func RewritingOf(word string) *Rewriting {
	least, secrets := strings.CutSuffix(word, "+secrets")
	switch least {
	case Certain.String():
		return &Rewriting{Least: Certain, Secrets: secrets}
	case Likely.String():
		return &Rewriting{Least: Likely, Secrets: secrets}
	}
	return nil
}

// Rewrite gives references in an item the names of the mapping, and returns those that it wrote. Nothing else of a string changes.
// What Velero has mapped stays; original is the item as it stands in the backup.
func (s *Scanner) Rewrite(resource string, item, original *object.Value, which *Rewriting) []Reference {
	w := s.walk(resource, item, original, which.Least)
	w.item(item)
	written := slices.DeleteFunc(w.found, func(r Reference) bool {
		return resource == layout.Secrets && !which.Secrets && r.tokens[0] != "metadata"
	})
	for from := 0; from < len(written); {
		to := from + 1
		for to < len(written) && slices.Equal(written[to].tokens, written[from].tokens) {
			to++
		}
		s.write(item, written[from:to])
		from = to
	}
	return written
}

// write writes one string, which all of the references are in.
func (s *Scanner) write(item *object.Value, refs []Reference) {
	tokens := refs[0].tokens
	before, ok := decoded(at(item, tokens), refs[0].Encoded)
	if !ok {
		return
	}
	text := s.Renamed(before, refs)
	if refs[0].Encoded {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	put(item, tokens, object.Text(text))
}

// Renamed is a text with the new names of the references in it.
func (s *Scanner) Renamed(text string, refs []Reference) string {
	var spans []mention
	for i := range refs {
		spans = append(spans, refs[i].spans...)
	}
	slices.SortFunc(spans, func(a, b mention) int { return a.from - b.from })
	var b strings.Builder
	last := 0
	for _, m := range spans {
		b.WriteString(text[last:m.from])
		b.WriteString(s.mapping[text[m.from:m.to]])
		last = m.to
	}
	b.WriteString(text[last:])
	return b.String()
}

// TextIn is the string that a reference of an item stands in, out of its base64 form.
func (r *Reference) TextIn(item *object.Value) (string, bool) {
	return decoded(at(item, r.tokens), r.Encoded)
}

func decoded(v *object.Value, encoded bool) (string, bool) {
	text, ok := v.Text()
	if !ok || !encoded {
		return text, ok
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	return string(plain), err == nil
}

// put puts a value into the place of another.
func put(v *object.Value, path []string, value *object.Value) {
	parent, last := at(v, path[:len(path)-1]), path[len(path)-1]
	if parent.Kind() != object.Array {
		parent.Set(last, value)
		return
	}
	elements := slices.Clone(parent.Elements())
	elements[index(last)] = value
	parent.SetElements(elements)
}
