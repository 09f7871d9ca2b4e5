package generate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// Shrink makes a case small: it takes away files, documents and fields as long as differs still says that there is a
// difference. tries bounds how often it asks.
func Shrink(text []byte, tries int, differs func(text []byte) bool) []byte {
	s := &shrinker{tries: tries, differs: differs}
	a := txtar.Parse(text)
	for changed := true; changed && s.tries > 0; {
		changed = s.files(a) || s.fields(a)
	}
	return txtar.Format(a)
}

type shrinker struct {
	tries   int
	differs func([]byte) bool
}

func (s *shrinker) ask(a *txtar.Archive) bool {
	if s.tries <= 0 {
		return false
	}
	s.tries--
	return s.differs(txtar.Format(a))
}

// files takes whole files away.
func (s *shrinker) files(a *txtar.Archive) (changed bool) {
	for i := len(a.Files) - 1; i >= 0; i-- {
		if a.Files[i].Name == "versions" {
			continue
		}
		all := a.Files
		a.Files = slices.Delete(slices.Clone(all), i, i+1)
		if s.ask(a) {
			changed = true
			continue
		}
		a.Files = all
	}
	return changed
}

// fields takes fields and list elements away, file by file.
func (s *shrinker) fields(a *txtar.Archive) (changed bool) {
	for i := range a.Files {
		f := &a.Files[i]
		if f.Name == "versions" || f.Name == "features" {
			continue
		}
		isJSON := strings.HasSuffix(f.Name, ".json")
		docs, ok := parse(f.Data, isJSON)
		if !ok {
			continue
		}
		try := func() bool {
			before := f.Data
			f.Data = format(docs, isJSON)
			if s.ask(a) {
				return true
			}
			f.Data = before
			return false
		}
		var tree any = docs
		if s.value(&tree, func() bool { docs, _ = tree.([]any); return try() }) {
			changed = true
		}
	}
	return changed
}

// identity are the members that stay: without them an item is another one, and the difference another difference.
var identity = []string{"apiVersion", "kind", "metadata", "name", "namespace"}

// value takes members and elements away, the deepest last; set makes a change known and says whether it may stay.
func (s *shrinker) value(v *any, try func() bool) (changed bool) {
	switch x := (*v).(type) {
	case map[string]any:
		for _, k := range sortedKeys(x) {
			old := x[k]
			if !slices.Contains(identity, k) {
				delete(x, k)
				if try() {
					changed = true
					continue
				}
				x[k] = old
			}
			if s.value(&old, func() bool { x[k] = old; return try() }) {
				changed = true
			}
			x[k] = old
		}
	case []any:
		for i := len(x) - 1; i >= 0; i-- {
			whole := x
			x = slices.Delete(slices.Clone(x), i, i+1)
			*v = x
			if try() {
				changed = true
				continue
			}
			x = whole
			*v = x
			old := x[i]
			if s.value(&old, func() bool { x[i] = old; return try() }) {
				changed = true
			}
			x[i] = old
		}
	}
	return changed
}

func parse(data []byte, isJSON bool) ([]any, bool) {
	if isJSON {
		var v any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if d.Decode(&v) != nil {
			return nil, false
		}
		return []any{v}, true
	}
	var docs []any
	for _, text := range bytes.Split(data, []byte("---\n")) {
		var v any
		if yaml.Unmarshal(text, &v) != nil {
			return nil, false
		}
		docs = append(docs, v)
	}
	return docs, true
}

func format(docs []any, isJSON bool) []byte {
	var texts [][]byte
	for _, d := range docs {
		var text []byte
		var err error
		if isJSON {
			text, err = json.Marshal(d)
			text = append(text, '\n')
		} else {
			text, err = yaml.Marshal(d)
		}
		if err != nil {
			return nil
		}
		texts = append(texts, text)
	}
	return bytes.Join(texts, []byte("---\n"))
}
