package redact

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/veltx/veltx/tarball/object"
)

// sort is what a text is, by which it is judged.
type sort uint8

const (
	config sort = iota // a value, a line of a command, a file of settings, a script
	prose              // for people, and schemas: names say nothing there
)

// span is a part of a text.
type span struct{ from, to int }

// text returns a text without its secrets: the values of Secrets, and the words that are secret by their name or form.
// The rest of a file or script stays. A text that is JSON or base64 stays that.
func (s *scrubber) text(text string, of sort) string {
	text, all := s.withoutKnown(text)
	if all || text == "" {
		return text
	}
	if v, ok := asJSON(text); ok {
		if before := s.values; of == config {
			v = s.walk(v, place{})
			if s.values > before {
				return string(v.JSON())
			}
		}
		return text
	}
	if quoted, ok := asQuotedJSON(text); ok {
		if plain := s.text(quoted, of); plain != quoted {
			return string(object.Text(plain).JSON())
		}
	}
	if decoded, ok := asBase64(text); ok {
		if plain := s.text(decoded, of); plain != decoded {
			return base64.StdEncoding.EncodeToString([]byte(plain))
		}
	}
	return s.replaceSpans(text, s.spans(text, of))
}

// withoutKnown replaces the values of Secrets; all says that there is nothing else in the text.
func (s *scrubber) withoutKnown(text string) (_ string, all bool) {
	start, end, n := s.known.words.Find(text, 0)
	if start < 0 {
		return text, false
	}
	all = start == 0 && end == len(text)
	var b strings.Builder
	for from := 0; ; {
		if start < 0 {
			b.WriteString(text[from:])
			return b.String(), all
		}
		b.WriteString(text[from:start])
		hidden := s.placeholder([]byte(s.known.plain[n]))
		if s.known.encoded[n] {
			hidden = base64.StdEncoding.EncodeToString([]byte(hidden))
		}
		b.WriteString(hidden)
		s.values++
		from = end
		start, end, n = s.known.words.Find(text, from)
	}
}

func (s *scrubber) replaceSpans(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	from := 0
	for _, hit := range spans {
		if hit.from < from {
			continue // within the one before
		}
		b.WriteString(text[from:hit.from])
		b.WriteString(s.placeholder([]byte(text[hit.from:hit.to])))
		s.values++
		from = hit.to
	}
	b.WriteString(text[from:])
	return b.String()
}

// asJSON reads a text that is an object or a list.
func asJSON(text string) (*object.Value, bool) {
	trimmed := strings.TrimSpace(text)
	if len(trimmed) < 2 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, false
	}
	v, err := object.Parse([]byte(trimmed))
	if err != nil {
		return nil, false
	}
	return v.OpenAll(), true
}

// asQuotedJSON is what a JSON string holds, where that is JSON again.
func asQuotedJSON(text string) (string, bool) {
	if len(text) < 4 || text[0] != '"' || text[len(text)-1] != '"' {
		return "", false
	}
	v, err := object.Parse([]byte(text))
	if err != nil {
		return "", false
	}
	_, ok := asJSON(v.Str())
	return v.Str(), ok
}

// asBase64 decodes a text that is base64 of other text.
func asBase64(text string) (string, bool) {
	if len(text) < 16 || len(text)%4 != 0 {
		return "", false
	}
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '+' && c != '/' && (c != '=' || i < len(text)-2) {
			return "", false
		}
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(decoded) || strings.ContainsRune(string(decoded), 0) {
		return "", false
	}
	return string(decoded), true
}

// form is a secret that is known by how it looks, or by what stands around it: the last group of the expression, or all
// of it.
type form struct {
	needs []string               // of which the text has one, or nothing matches; none for whatever text
	when  func(text string) bool // nil for always
	of    sort                   // prose for what is known by its form alone
	match *regexp.Regexp
	check func(s *scrubber, groups []string) bool // nil for always
}

// last is the last group that has matched.
func last(groups []string) string {
	for _, g := range slices.Backward(groups) {
		if g != "" {
			return g
		}
	}
	return ""
}

func hasShortP(text string) bool {
	return strings.HasPrefix(text, "-p") || strings.Contains(text, " -p") || strings.Contains(text, "\n-p") || strings.Contains(text, "\t-p")
}

func random(_ *scrubber, groups []string) bool { return looksRandom(last(groups)) }

var forms = []form{
	{needs: []string{"-----"}, of: prose, match: regexp.MustCompile(`(?i)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*(?s:.*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|.*)`)},
	{needs: []string{"AGE-SECRET-KEY-"}, of: prose, match: regexp.MustCompile(`AGE-SECRET-KEY-1[A-Z0-9]+`)},
	{needs: []string{"eyJ"}, of: prose, match: regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*`)},
	{needs: []string{
		"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glptt-", "glrt-", "glcbt-", "xox", "sk-", "k_live_", "k_test_", "AKIA", "ASIA", "AIza",
		"ya29.", "SG.", "npm_", "pypi-", "dckr_pat_", "hvs.", "hvr.", "hvb.", "shpat_", "shpss_", "shpca_", "shppa_", "dop_v1_",
	}, of: prose,
		match: regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|gl(?:pat|dt|ptt|rt|cbt)-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|` +
			`[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|` +
			`pypi-[A-Za-z0-9_-]{32,}|dckr_pat_[A-Za-z0-9_-]{16,}|hv[sbr]\.[A-Za-z0-9_-]{20,}|shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{16,}|dop_v1_[a-f0-9]{32,})`)},
	{needs: []string{"hooks.slack.com/", "discord"}, of: prose, match: regexp.MustCompile(`(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks)/([A-Za-z0-9/_-]{16,})`)},
	{needs: []string{"$apr1$", "$2", "$1$", "$5$", "$6$", "$y$", "$gy$", "$argon2", "$pbkdf2", "$scrypt$", "{S", "{s"}, of: prose, match: regexp.MustCompile(`\$(?:apr1|2[abxy]|1|5|6|y|gy|argon2(?:id?|d)|pbkdf2[A-Za-z0-9-]*|scrypt)\$[./A-Za-z0-9$=,+_-]{8,}|\{(?:S?SHA|s?sha)(?:256|512)?\}[A-Za-z0-9+/=]{16,}`)},
	{needs: []string{"://"}, of: prose, match: regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@"'<>]*:([^/\s"'<>]+)@`), check: notReference},
	{needs: []string{"://"}, of: prose, match: regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@"'<>]+:([^\s"'<>@]*/[^\s"'<>@]*)@`), check: func(s *scrubber, groups []string) bool {
		return !portAndPath.MatchString(last(groups)) && notReference(s, groups)
	}},
	{needs: []string{"earer", "EARER", "asic", "BASIC", "oken", "TOKEN"}, of: prose, match: regexp.MustCompile(`\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN)\s+([A-Za-z0-9._~+/=-]{8,})`), check: random},
	{needs: []string{"@"}, match: regexp.MustCompile(`(?m)(?:^|[\s"'=])[\w.+-]+:([^\s:@/"'=]+)@(?:(?:tcp|udp|unix)\(|[\w.\[-])`), check: func(s *scrubber, groups []string) bool {
		return !strings.Contains(groups[0], "mailto:") && !strings.HasSuffix(groups[0], "@s") && notReference(s, groups)
	}},
	{needs: []string{":"}, when: func(text string) bool { return strings.Count(text, ":") >= 4 }, match: regexp.MustCompile(`(?m)^[^\s:#"'{]+:(?:\d+|\*):[^\s:/]+:[^\s:/]+:(\S+)$`), check: notReference},
	{needs: []string{"assword"}, match: regexp.MustCompile(`\b(?:login|machine)\s+\S+\s+(?:login\s+\S+\s+)?password\s+(\S+)`), check: notReference},
	{needs: []string{"</"}, match: regexp.MustCompile(`<([\w.:-]+)(?:\s[^<>]*)?>([^<>]+)</`), check: func(s *scrubber, groups []string) bool {
		return isSecretName(groups[1]) && s.isSecret(strings.TrimSpace(last(groups)))
	}},
	{needs: []string{"-"}, when: hasSecretWord, match: regexp.MustCompile(`(?:^|[\s"'])--?([A-Za-z][\w.-]*)[ \t]+["']?([^\s"'-][^\s"']*)`), check: func(s *scrubber, groups []string) bool {
		return isSecretName(groups[1]) && s.isSecret(last(groups))
	}},
	{needs: []string{"-u", "--user", "--basic-auth"}, match: regexp.MustCompile(`(?:^|\s)(?:-u|--user|--userpwd|--basic-auth)(?:\s+|=)?["']?[^\s:/"'=]+:([^\s"']+)`), check: notDigits},
	{needs: []string{"-p"}, when: hasShortP, match: regexp.MustCompile(`(?:^|[ \n\t])-p\s?["']?([^\s"'=-][^\s"'=]{3,})`), check: random},
	{needs: []string{"mysql", "mariadb", "mongo", "sshpass", "docker login", "podman login"},
		match: regexp.MustCompile(`\b(?:mysql\w*|mariadb[\w-]*|mongo\w*|sshpass|docker login|podman login)\b[^\n|;&]*?\s-p\s*["']?([^\s"'-][^\s"']*)`), check: notDigits},
	{needs: []string{"redis-cli", "valkey-cli"}, match: regexp.MustCompile(`\b(?:redis|valkey)-cli\b[^\n|;&]*?\s-a\s*["']?([^\s"']+)`), check: notReference},
	{needs: []string{"ldap"}, match: regexp.MustCompile(`\bldap\w+\b[^\n|;&]*?\s-w\s*["']?([^\s"']+)`), check: notReference},
	{needs: []string{"htpasswd"}, match: regexp.MustCompile(`\bhtpasswd\b[^\n|;&]*?\s-[a-zA-Z]*b[a-zA-Z]*\s+(?:\S+\s+)?\S+\s+["']?([^\s"']+)`), check: notReference},
	{needs: []string{"pass:"}, match: regexp.MustCompile(`\bpass:(\S+)`), check: notReference},
	{needs: []string{"sig="}, of: prose, match: regexp.MustCompile(`[?&;]sig=([^&\s"'<>]{16,})`)},
	{needs: []string{"://"}, of: prose, match: regexp.MustCompile(`https?://([A-Za-z0-9_-]{20,})@`), check: random},
	{needs: []string{"jdbc:oracle:"}, match: regexp.MustCompile(`\bjdbc:oracle:\w+:[^/\s@:]+/([^@\s]+)@`), check: notReference},
	{needs: []string{"'", `"`}, when: hasSecretWord, match: regexp.MustCompile(`(?:^|[\s("'])([A-Za-z][\w.-]*)[ \t]+(?:"([^"\s]+)"|'([^'\s]+)')`), check: func(s *scrubber, groups []string) bool {
		return isSecretName(groups[1]) && s.isSecret(last(groups))
	}},
	{needs: []string{"define("}, match: regexp.MustCompile(`\bdefine\(\s*["']([\w.-]+)["']\s*,\s*["']([^"'\s]+)["']`), check: func(s *scrubber, groups []string) bool {
		return isSecretName(groups[1]) && s.isSecret(last(groups))
	}},
	{needs: []string{"identified", "IDENTIFIED"}, match: regexp.MustCompile(`\b(?:identified|IDENTIFIED)\s+(?:(?:with|WITH)\s+\S+\s+)?(?:by|BY)\s+(?:(?:password|PASSWORD)\s+)?["']([^"'\s]+)`), check: notReference},
	{needs: []string{"ommunity"}, match: regexp.MustCompile(`(?m)^[ \t]*r[ow]community6?[ \t]+["']?([^\s"']+)`), check: notReference},
	{needs: []string{"assword"}, match: regexp.MustCompile(`\buser[ \t]+\S+[ \t]+(?:insecure-)?password[ \t]+["']?([^\s"']+)`), check: notReference},
	{when: hasSecretWord, match: regexp.MustCompile(`(?m)^[ \t]*([A-Za-z][\w.-]*)[ \t]+([^\s;"'{}=|&<>()]+)[ \t]*;?[ \t]*$`), check: func(s *scrubber, groups []string) bool {
		return isSecretName(groups[1]) && s.isSecret(last(groups)) && (looksRandom(last(groups)) || directive.MatchString(groups[1]))
	}},
	{needs: []string{"openssl"}, match: regexp.MustCompile(`\bopenssl\b[^\n|;&]*?\s-k\s+["']?([^\s"']+)`), check: notReference},
	{needs: []string{"-U"}, match: regexp.MustCompile(`(?:^|\s)-U\s*["']?[^\s%"']+%([^\s"']{4,})`), check: notReference},
	{needs: []string{"--password-stdin"}, match: regexp.MustCompile(`\becho\s+(?:-n\s+)?["']?([^\s"'|]+)["']?\s*\|[^\n|;&]*--password-stdin`), check: notReference},
	{needs: []string{"curl"}, match: regexp.MustCompile(`\bcurl\b[^\n|;&]*?\s(?:-b|--cookie)\s*["']?[^\s=;"']+=([^\s;"']+)`), check: notReference},
}

// directive is the first word of a setting of two words whose second one is a secret, even if it is a word of a language.
var directive = regexp.MustCompile(`(?i)^(requirepass|masterauth)$|(password|secret)$`)

var (
	portAndPath = regexp.MustCompile(`^\d+/`)
	onlyDigits  = regexp.MustCompile(`^[\d.:/-]+$`)
)

func notReference(s *scrubber, groups []string) bool { return s.isSecret(last(groups)) }

func notDigits(s *scrubber, groups []string) bool {
	return !onlyDigits.MatchString(last(groups)) && s.isSecret(last(groups))
}

// spans are the secrets in a text, from the first to the last; one that begins within another is to be left out.
func (s *scrubber) spans(text string, of sort) []span {
	var found []span
	for i := range forms {
		f := &forms[i]
		if of == prose && f.of != prose || len(f.needs) > 0 && !slices.ContainsFunc(f.needs, func(part string) bool { return strings.Contains(text, part) }) {
			continue
		}
		if f.when == nil || f.when(text) {
			found = f.find(s, text, found)
		}
	}
	if of == config {
		found = s.assignments(text, found)
	}
	for _, p := range s.patterns {
		if p.MatchString(text) {
			return []span{{0, len(text)}}
		}
	}
	slices.SortFunc(found, func(a, b span) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	return found
}

func (f *form) find(s *scrubber, text string, found []span) []span {
	for _, at := range f.match.FindAllStringSubmatchIndex(text, -1) {
		groups := make([]string, 0, len(at)/2)
		for i := 0; i < len(at); i += 2 {
			if at[i] < 0 {
				groups = append(groups, "")
				continue
			}
			groups = append(groups, text[at[i]:at[i+1]])
		}
		if placeholder.MatchString(last(groups)) || f.check != nil && !f.check(s, groups) {
			continue
		}
		end := len(at)
		for at[end-1] < 0 || end > 2 && at[end-1] == at[end-2] { // of two ways to quote one has matched
			end -= 2
		}
		found = append(found, span{at[end-2], at[end-1]})
	}
	return found
}
