package tarball

import (
	"path"
	"strings"
	"unicode/utf8"
)

// cleanPath returns an entry's name in its one normal form (./a//b is a/b), or says why no safe entry has that name.
// Names are judged as every system would read them: what is harmless here may be unpacked on Windows tomorrow.
func cleanPath(name string) (clean, problem string) {
	if isPlain(name) {
		return name, ""
	}
	if name == "" {
		return "", "has no name"
	}
	if !utf8.ValidString(name) {
		return "", "has a name that is not UTF-8"
	}
	if strings.ContainsFunc(name, isControl) {
		return "", "has control characters in its name"
	}
	if strings.Contains(name, "..") && hasParent(name) {
		return "", "leads out of the archive with .."
	}
	clean = path.Clean(name)
	if isAbsolute(clean) {
		return "", "has an absolute path"
	}
	return clean, ""
}

// isPlain knows at a glance most names that are safe and in their normal form: visible ASCII without a backslash, a
// colon at most where no drive has it, and no part that is empty or starts with a dot.
func isPlain(name string) bool {
	before := byte('/')
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || c == '\\' || c == ':' && i == 1 || before == '/' && (c == '/' || c == '.') {
			return false
		}
		before = c
	}
	return before != '/'
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }

func hasParent(name string) bool {
	isSeparator := func(r rune) bool { return r == '/' || r == '\\' }
	for part := range strings.FieldsFuncSeq(name, isSeparator) {
		if part == ".." {
			return true
		}
	}
	return false
}

// isAbsolute also knows \\server\share, \rooted, C:\ and C:relative.
func isAbsolute(clean string) bool {
	if clean[0] == '/' || clean[0] == '\\' {
		return true
	}
	letter := clean[0] | 0x20
	return len(clean) > 1 && clean[1] == ':' && letter >= 'a' && letter <= 'z'
}
