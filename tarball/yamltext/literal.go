package yamltext

import "bytes"

// literal writes a text of several lines as a block, |, and says whether that is exact. It is not for texts with
// characters that need escapes, and not for line breaks alone.
func (e *emitter) literal(s []byte, c class, indent int) bool {
	if c&control != 0 || c&high != 0 && !isPrintable(s) || len(bytes.Trim(s, "\n")) == 0 {
		return false
	}
	e.out = append(e.out, '|')
	if s[0] == ' ' || s[0] == '\t' || s[0] == '\n' {
		e.out = append(e.out, '0'+step) // else a reader would take the indentation from the first line
	}
	switch {
	case s[len(s)-1] != '\n':
		e.out = append(e.out, '-')
	case s[len(s)-2] == '\n':
		e.out = append(e.out, '+')
	}
	e.out = append(e.out, '\n')
	for len(s) > 0 {
		end := bytes.IndexByte(s, '\n')
		if end < 0 {
			end = len(s)
		}
		if end > 0 {
			e.indent(indent)
			e.out = append(e.out, s[:end]...)
		}
		e.out = append(e.out, '\n')
		s = s[min(end+1, len(s)):]
	}
	return true
}
