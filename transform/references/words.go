package references

import "unicode/utf8"

// words finds names of namespaces where they stand as whole words. A word is a run of letters, digits, hyphens and
// underscores; hyphens in front of it do not belong to it, as in ${NAMESPACE:-shop}. The time that a text takes does not depend
// on how many names there are.
type words struct {
	names   map[string]bool
	lengths [longestName + 1]bool
	first   [256]bool
}

// longestName is how long the name of a namespace can be.
const longestName = 63

func newWords(names []string) *words {
	w := &words{names: map[string]bool{}}
	for _, name := range names {
		if !isName(name) {
			continue
		}
		w.names[name], w.lengths[len(name)], w.first[name[0]] = true, true, true
	}
	return w
}

// isName says that a namespace can have the name; nothing else is looked for.
func isName(name string) bool {
	if name == "" || len(name) > longestName || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; class[c] != inWord || c >= utf8.RuneSelf || c == '_' || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// The classes of bytes.
const (
	between uint8 = iota
	inWord
	escape
)

// class is what a byte is to words.
var class = func() (t [256]uint8) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") {
		t[c] = inWord
	}
	for c := utf8.RuneSelf; c < 256; c++ {
		t[c] = inWord // a letter of another alphabet, or nothing that can be read
	}
	t['\\'] = escape
	return t
}()

// isNamed says whether a word is one of the names.
func (w *words) isNamed(text string) bool {
	return len(text) <= longestName && w.lengths[len(text)] && w.names[text]
}

// in says whether JSON text names one of the namespaces, its escapes considered. It may say so of text that does not, where
// a letter is written as an escape.
func (w *words) in(text []byte) bool {
	for i := 0; i < len(text); {
		switch class[text[i]] {
		case between:
			i++
			continue
		case escape:
			if i+1 < len(text) && text[i+1] == 'u' {
				if escapesLetter(text[i:]) {
					return true
				}
				i += len(`\u0000`)
				continue
			}
			i += len(`\n`)
			continue
		}
		start := i
		for i < len(text) && class[text[i]] == inWord {
			i++
		}
		for start < i && text[start] == '-' {
			start++
		}
		if n := i - start; n > 0 && n <= longestName && w.first[text[start]] && w.lengths[n] && w.names[string(text[start:i])] {
			return true
		}
	}
	return false
}

// escapesLetter says that a \u escape stands for a character of a name, which nobody writes so without a purpose.
func escapesLetter(text []byte) bool {
	if len(text) < len(`\u0000`) || text[2] != '0' || text[3] != '0' {
		return false
	}
	c := unhex(text[4])<<4 | unhex(text[5])
	return class[c] == inWord && c < utf8.RuneSelf
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0
}

// mention is where a namespace is named in a text.
type mention struct{ from, to int }

// next is the next mention in a text from an index on; from is -1 where there is none.
func (w *words) next(text string, i int) mention {
	for i < len(text) {
		if class[text[i]] != inWord {
			i++
			continue
		}
		start := i
		for i < len(text) && class[text[i]] == inWord {
			i++
		}
		for start < i && text[start] == '-' {
			start++
		}
		if n := i - start; n > 0 && n <= longestName && w.first[text[start]] && w.isNamed(text[start:i]) {
			return mention{start, i}
		}
	}
	return mention{-1, -1}
}
