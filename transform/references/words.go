package references

import "unicode/utf8"

// words finds names of namespaces where they stand as whole words. A word is a run of letters, digits, hyphens and
// underscores; hyphens in front of it do not belong to it, as in ${NAMESPACE:-shop}. The time that a text takes does not depend
// on how many names there are.
type words struct {
	names map[string]bool
	hints [hints / 64]uint64 // a bit for each name, by what is cheap to know of a word: hardly any other word has one that is set
}

const hints = 4096

func hint(first, last byte, length int) uint {
	return (uint(first)*61 + uint(last)*7 + uint(length)*331) % hints
}

// may says whether a word that is not empty may be one of the names.
func (w *words) may(first, last byte, length int) bool {
	h := hint(first, last, length)
	return w.hints[h/64]&(1<<(h%64)) != 0
}

// longestName is how long the name of a namespace can be.
const longestName = 63

func newWords(names []string) *words {
	w := &words{names: map[string]bool{}}
	for _, name := range names {
		if !isName(name) {
			continue
		}
		h := hint(name[0], name[len(name)-1], len(name))
		w.names[name] = true
		w.hints[h/64] |= 1 << (h % 64)
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
		if start < i && w.may(text[start], text[i-1], i-start) && w.names[string(text[start:i])] {
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
func next[T string | []byte](w *words, text T, i int) mention {
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
		if start < i && w.may(text[start], text[i-1], i-start) && w.names[string(text[start:i])] {
			return mention{start, i}
		}
	}
	return mention{-1, -1}
}
