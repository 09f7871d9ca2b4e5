package redact

import (
	"regexp"
	"strings"
)

var (
	// secretWords are in every name that is suspicious, in lower case.
	secretWords = []string{
		"pass", "token", "secret", "credential", "private", "key", "auth", "pw", "dsn", "cookie", "pin", "psk", "otp", "jwt", "hmac", "salt", "seed", "mnemonic",
		"connection", "community",
	}

	// assigned is a name with what makes what stands behind it its value.
	assigned = regexp.MustCompile(`([A-Za-z_][\w.$-]*)[\\"'\]]*[ \t]*(?::=|=>|[:=])[ \t]*`)

	// pairName is a line of YAML that names what the line behind it gives a value.
	pairName  = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)?["']?(?:name|key|header)["']?:[ \t]*["']?([^"'\s#]+)["']?[ \t]*$`)
	pairValue = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)?["']?value["']?:[ \t]*`)

	// lineStart is what may stand before a name that has the rest of its line.
	lineStart = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)?(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?["']?$`)
	// nextPart begins another assignment in the same line.
	nextPart = regexp.MustCompile(`[;&,][ \t]*[A-Za-z_][\w. -]*=`)
	// block is how YAML begins a text of several lines.
	block = regexp.MustCompile(`^[|>][0-9+-]*[ \t]*(?:#.*)?$`)

	secretDocument = regexp.MustCompile(`(?m)^[ \t]*kind:[ \t]*["']?Secret["']?[ \t]*$`)
	secretList     = regexp.MustCompile(`^([ \t]*)(?:data|stringData):[ \t]*$`)
	listEntry      = regexp.MustCompile(`^[ \t]+["']?[\w.-]+["']?:[ \t]*`)
)

// assignments finds the values of suspicious names in settings and scripts, line by line.
func (s *scrubber) assignments(text string, found []span) []span {
	if !strings.ContainsAny(text, ":=") || !hasSecretWord(text) {
		return found
	}
	l := lines{s: s, text: text, found: found, hidden: -1}
	l.secrets = secretDocument.MatchString(text)
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:], '\n')
		if end < at {
			end = len(text)
		}
		l.line(at, end)
		at = end + 1
	}
	return l.found
}

func hasSecretWord(text string) bool {
	lower := strings.ToLower(text)
	for _, word := range secretWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// lines reads a text line by line.
type lines struct {
	s       *scrubber
	text    string
	found   []span
	paired  bool   // the line before named a secret
	hidden  int    // how far a text of several lines that is secret is set in less; -1 for none
	secrets bool   // some document in the text is a Secret
	list    string // how far its data are set in, with a mark behind it; "" outside
}

func (l *lines) line(from, to int) {
	line := strings.TrimSuffix(l.text[from:to], "\r")
	to = from + len(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	if l.hidden >= 0 {
		if indent > l.hidden && indent < len(line) {
			l.keep(from+indent, to)
			return
		}
		if indent < len(line) {
			l.hidden = -1
		}
	}
	if l.secrets && l.inSecret(line, from, to, indent) {
		return
	}
	if at := pairValue.FindStringIndex(line); l.paired && at != nil {
		l.paired = false
		l.value(from+at[1], to, indent, true)
		return
	}
	if name := pairName.FindStringSubmatch(line); name != nil {
		l.paired = isSecretName(name[1])
		return
	}
	if strings.TrimSpace(line) != "" && !strings.Contains(line, "valueFrom") {
		l.paired = false
	}
	l.within(line, from, to, indent)
}

// inSecret hides the lines below data and stringData of a Secret that is in the text as YAML.
func (l *lines) inSecret(line string, from, to, indent int) bool {
	if head := secretList.FindStringSubmatch(line); head != nil {
		l.list = head[1] + ">"
		return true
	}
	if l.list == "" || indent < len(l.list) {
		if indent < len(line) {
			l.list = ""
		}
		return false
	}
	if at := listEntry.FindStringIndex(line); at != nil {
		l.value(from+at[1], to, indent, true)
		return true
	}
	return false
}

// within finds assignments in a line.
func (l *lines) within(line string, from, to, indent int) {
	for _, at := range assigned.FindAllStringSubmatchIndex(line, -1) {
		name := line[at[2]:at[3]]
		if !isSecretName(strings.TrimLeft(name, "-$")) || l.s.named.hosts[name] || strings.HasPrefix(line[at[1]:], "//") {
			continue
		}
		before := line[:at[2]]
		l.value(from+at[1], to, indent, lineStart.MatchString(before) && !strings.Contains(line[at[3]:at[1]], ":="))
	}
}

// value keeps the value that begins at an index of a line; one that has the rest of the line may have blanks in it.
func (l *lines) value(from, to, indent int, rest bool) {
	text := l.text[from:to]
	switch {
	case text == "" || calls(text):
	case rest && block.MatchString(text):
		l.hidden = indent
	case text[0] == '"' || text[0] == '\'':
		l.keep(from+1, from+endOfQuote(text))
	case text[0] == '{' || text[0] == '[':
	case strings.HasPrefix(text, `\"`): // JSON within a text
		if value, _, ok := strings.Cut(text[2:], `\"`); ok {
			l.keep(from+2, from+2+len(value))
		}
	default:
		if rest {
			if next := nextPart.FindStringIndex(text); next != nil {
				text = text[:next[0]]
			}
			text, _, _ = strings.Cut(text, " #")
			text = strings.TrimRight(text, " \t,;")
		} else if end := strings.IndexAny(text, " \t;&,\"'<>)}]|\\"); end >= 0 {
			text = text[:end]
		}
		l.keep(from, from+len(text))
	}
}

// calls says that a value is made by a shell or a template.
func calls(text string) bool {
	return strings.HasPrefix(text, "$(") || strings.HasPrefix(text, "${") || strings.HasPrefix(text, "{{") || text[0] == '`'
}

func endOfQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0]:
			return i
		}
	}
	return len(text)
}

func (l *lines) keep(from, to int) {
	if l.s.isSecret(l.text[from:to]) {
		l.found = append(l.found, span{from, to})
	}
}
