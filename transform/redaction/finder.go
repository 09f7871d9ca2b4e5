package redaction

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

const (
	// shortest is the length in bytes from which a value is looked for inside of other text. A shorter one is hidden in
	// its place, and where it is all of a text; its base64 form is as long.
	shortest = 4
	// longest is how much of a value is looked for. A text that holds so much of it ends there.
	longest = 64
)

// finder finds the values of a Secret in texts, plain and in base64, and as they stand between quotes. It is linear in
// the text, whatever the number of values. What it puts in the place of a value is its number between two nums, and one
// more where the rest of the text has to go.
type finder struct {
	whole  map[string]int // values by what is all of a text
	inside *strings.Replacer
}

const num = "\x00"

func newFinder(values, public []string) *finder {
	f := &finder{whole: map[string]int{}}
	parts := map[string]string{}
	for i, value := range values {
		for _, form := range forms(value) {
			if form == "" || slices.ContainsFunc(public, func(p string) bool { return strings.Contains(p, form) }) {
				continue
			}
			f.whole[form] = i
			if len(form) >= shortest {
				parts[form[:min(len(form), longest)]] = num + strconv.Itoa(i) + num + strings.Repeat(num, len(form)/(longest+1))
			}
		}
	}
	// The longest of those that begin alike comes first; beyond that the order only has to be the same in every run.
	inOrder := slices.SortedFunc(maps.Keys(parts), func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	var list []string
	for _, part := range inOrder {
		list = append(list, part, parts[part])
	}
	f.inside = strings.NewReplacer(list...)
	return f
}

// forms are how a value can stand in a text.
func forms(value string) []string {
	list := []string{value, base64.StdEncoding.EncodeToString([]byte(value))}
	if escaped, err := json.Marshal(value); err == nil && len(escaped) > len(value)+2 {
		list = append(list, string(escaped[1:len(escaped)-1]))
	}
	if quoted := strconv.Quote(value); len(quoted) > len(value)+2 {
		list = append(list, quoted[1:len(quoted)-1])
	}
	return list
}

func (s *Secret) find() *finder {
	if s.finder == nil {
		s.finder = newFinder(s.values, s.public)
	}
	return s.finder
}

// numbers is what a finder puts in the place of a value.
var numbers = regexp.MustCompile("\x00([0-9]+)\x00(\x00+(?s:.*))?")

// Text is a message about the Secret without its values.
func (s *Secret) Text(text string) string {
	if s == nil || text == "" || len(s.values) == 0 {
		return text
	}
	found := s.find().inside.Replace(text)
	if found == text {
		return text
	}
	return numbers.ReplaceAllStringFunc(found, func(hit string) string {
		n, err := strconv.Atoi(numbers.FindStringSubmatch(hit)[1])
		if err != nil || n >= len(s.values) {
			return "<redacted>" // the text had such a number before
		}
		return s.redactor.mark(s.values[n])
	})
}

// search replaces every string, or number, that holds a value.
func (s *Secret) search(v *object.Value) *object.Value {
	if len(s.values) == 0 {
		return v
	}
	switch v.Kind() {
	case object.Object, object.Array:
		v.Edit(func(_ string, e *object.Value) *object.Value { return s.search(e) })
	case object.String, object.Number:
		return s.searchLeaf(v)
	}
	return v
}

// isMark matches what hide leaves, for values such as "bytes".
var isMark = regexp.MustCompile(`^<redacted, \d+ bytes>(#[0-9a-f]{8})?$`)

func (s *Secret) searchLeaf(v *object.Value) *object.Value {
	text := plainValue(v, false)
	f := s.find()
	n, all := f.whole[text]
	switch {
	case isMark.MatchString(text):
		return v
	case all:
		return quoted(s.redactor.mark(s.values[n]))
	case f.inside.Replace(text) != text:
		return quoted(s.redactor.mark(text))
	}
	return v
}
