package references

import (
	"regexp"
	"strings"
)

// isNamespaceKey says that what is called so is the namespace of something: namespace, POD_NAMESPACE, watchNamespaces, ns.
func isNamespaceKey(key string) bool {
	if len(key) > 128 {
		return false
	}
	lower := strings.ToLower(key)
	for _, end := range []string{"namespace", "namespaces", "namespacename"} {
		if strings.HasSuffix(lower, end) {
			return !otherNamespace.MatchString(key)
		}
	}
	return key == "kubernetes.io/metadata.name" || endsNS(key) && !otherNamespace.MatchString(key)
}

// endsNS says that the last word of a key is ns: ns, app_ns, podNS.
func endsNS(key string) bool {
	word, ok := strings.CutSuffix(key, "ns")
	if !ok {
		if word, ok = strings.CutSuffix(key, "NS"); !ok {
			word, ok = strings.CutSuffix(key, "Ns")
		}
	}
	if !ok || word == "" {
		return ok
	}
	last := word[len(word)-1]
	isUpper, isLower := last >= 'A' && last <= 'Z', last >= 'a' && last <= 'z' || last >= '0' && last <= '9'
	return !isUpper && (!isLower || strings.HasSuffix(key, "NS") || strings.HasSuffix(key, "Ns"))
}

var (
	// otherNamespace matches the namespaces of other systems, and of names of metrics.
	otherNamespace = regexp.MustCompile(`(?i)metrics?.?namespace|redis|cache|vault|temporal|nomad|consul|statsd|cloudwatch|event_?hub|service_?bus|xml|java|php|session|celery|sidekiq|service\.namespace|column|table|rados|rbd|(^|[^a-z])dns$`)
)

// isKubernetesKey says that the namespace that is called so is one of Kubernetes beyond doubt.
func isKubernetesKey(key string) bool {
	return isNamespaceKey(key) && kubernetesKey.MatchString(key)
}

var kubernetesKey = regexp.MustCompile(`(?i)pod_?namespace|watch|k8s|kube|operator|leader|election|target_?namespace|release|install|control|deployment`)

// commonWords are names that stand in many texts without meaning the namespace. They are likely only where an object of that
// namespace stands beside them, or where nothing but a namespace of Kubernetes can be meant.
var commonWords = func() map[string]bool {
	list := map[string]bool{}
	for _, word := range strings.Fields(`
		default test tests testing app apps application dev develop development prod production stage staging qa uat demo
		web www api apis data db database databases system public private main master common shared core base local global
		service services server client backend frontend front back infra platform ops tools build ci cd release
		admin user users team group internal external cluster node pod job jobs worker workers cache queue events event
		log logs metrics config auth security network storage backup backups all none any sample samples example examples`) {
		list[word] = true
	}
	return list
}()

func isCommon(name string) bool { return commonWords[name] || len(name) < 3 }

// keyBefore is the key or the flag that a word in a text is the value of, or one of the values of: namespace: shop,
// "namespaces":["a","shop"], namespace=~"a|shop", --namespace shop. bare says that nothing but a space stands between, and
// label that it is a label in the braces of an expression, as {namespace="shop"}. at is where the key stands, -1 for none.
func keyBefore(text string, from int) (key string, at int, bare, label bool) {
	least := max(0, from-lookBack)
	i, spaced, listed, quoted := from, false, false, false
	for i > least {
		switch c := text[i-1]; {
		case c == '"' || c == '\'' || c == '`':
			quoted = true
			i--
		case c == '\\' || c == '(' || c == '^':
			i--
		case c == '[':
			listed = true
			i--
		case c == ' ' || c == '\t' || listed && (c == '\n' || c == '\r'):
			spaced = true
			i--
		case c == ',' || c == '|':
			listed = true
			if i = elementBefore(text, i-1, least); i < 0 {
				return "", -1, false, false
			}
		case c == '-' && i-1 > least && text[i-2] == ':': // ${NAMESPACE:-shop}
			i--
		case c == ':' || c == '=' || c == '~':
			key, at = keyAt(text, i, least)
			return key, at, false, quoted && c != ':' && inBraces(text, at, least)
		case spaced && !listed && !quoted && class[c] == inWord:
			start := i
			for start > least && class[text[start-1]] == inWord {
				start--
			}
			if text[start:i] == "-" {
				return "", -1, false, false // an element of a list
			}
			return text[start:i], start, true, false
		default:
			return "", -1, false, false
		}
	}
	return "", -1, false, false
}

// lookBack is how far a key may stand before its value.
const lookBack = 512

// elementBefore goes over one element of a list and what is around it; -1 if there is none.
func elementBefore(text string, i, least int) int {
	for i > least && strings.IndexByte(" \t\r\n\"'`\\", text[i-1]) >= 0 {
		i--
	}
	end := i
	for i > least && (class[text[i-1]] == inWord || strings.IndexByte(".*+/$", text[i-1]) >= 0) {
		i--
	}
	if i == end {
		return -1
	}
	return i
}

// keyAt is the key before a separator that ends at i.
func keyAt(text string, i, least int) (string, int) {
	for i > least && strings.IndexByte(":=~!", text[i-1]) >= 0 {
		i--
	}
	for i > least && strings.IndexByte(" \t\"'`\\", text[i-1]) >= 0 {
		i--
	}
	end := i
	for i > least && (class[text[i-1]] == inWord || text[i-1] == '.' || text[i-1] == '/') {
		i--
	}
	return text[i:end], i
}

// inBraces says that a label of an expression stands at i.
func inBraces(text string, i, least int) bool {
	for i > least && strings.IndexByte(" \n\t\\", text[i-1]) >= 0 {
		i--
	}
	return i > least && (text[i-1] == '{' || text[i-1] == ',')
}

// yamlList is the list of a text in which an element was seen last.
type yamlList struct {
	line, indent int // of the element; -1 for none
	key          string
}

// listKey is the key of the YAML list that a word is an element of, where it stands on a line of its own; "" if there is none.
// Elements come one after the other, so that each need not be followed up to the key.
func (l *yamlList) listKey(text string, m mention) string {
	least := max(0, m.from-8*lookBack)
	line := lineStart(text, m.from, least)
	indent, isElement := elementIndent(text[line:m.from])
	if !isElement || restOfLine(text, m.to) != "" {
		return ""
	}
	key := l.keyAbove(text, line, indent, least)
	*l = yamlList{line, indent, key}
	return key
}

func (l *yamlList) keyAbove(text string, line, indent, least int) string {
	for line > least {
		end := line - 1
		line = lineStart(text, end, least)
		if line == l.line && indent == l.indent {
			return l.key
		}
		above := strings.TrimRight(text[line:end], " \r")
		trimmed := strings.TrimLeft(above, " ")
		depth := len(above) - len(trimmed)
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case strings.HasPrefix(trimmed, "- ") && depth == indent:
			if strings.HasSuffix(trimmed, ":") {
				return ""
			}
		case depth <= indent && strings.HasSuffix(trimmed, ":"):
			if trimmed == "names:" && namesOfNamespaces.MatchString(text[max(least, line-lookBack/4):line]) {
				return "namespaces"
			}
			return strings.Trim(strings.TrimPrefix(strings.TrimSuffix(trimmed, ":"), "- "), `"' `)
		default:
			return ""
		}
	}
	return ""
}

func lineStart(text string, i, least int) int {
	return least + strings.LastIndexByte(text[least:i], '\n') + 1
}

// elementIndent is how far the hyphen of an element is indented.
func elementIndent(line string) (int, bool) {
	trimmed := strings.TrimLeft(line, " ")
	rest, ok := strings.CutPrefix(trimmed, "- ")
	return len(line) - len(trimmed), ok && strings.Trim(rest, `"' `) == ""
}

func restOfLine(text string, i int) string {
	rest := text[i:min(len(text), i+lookBack)]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	rest = strings.Trim(rest, "\"' \r")
	if strings.HasPrefix(rest, "#") {
		return ""
	}
	return rest
}
