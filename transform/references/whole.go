package references

import (
	"regexp"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// asWhole judges a text that is a namespace, or a list of some, by what it is called: the key of the member, the variable or
// parameter whose value it is, the flag before it.
func (w *walk) asWhole(text string, m mention) sighting {
	if !isList(text, m) {
		return sighting{}
	}
	if flag := w.flagBefore(); flag != "" {
		if flag == "-n" && (!w.common(text, m) || w.inCommand()) || isNamespaceKey(strings.TrimLeft(flag, "-")) {
			return likely(Flag, 0, len(text))
		}
		return sighting{}
	}
	if variable := w.variable(); variable != "" {
		if isNamespaceKey(variable) && (!w.common(text, m) || isKubernetesKey(variable)) {
			return likely(Variable, m.from, m.to)
		}
		return sighting{}
	}
	key := w.key()
	if n := len(w.path); n > 2 && (key == "names" || key == "name") && w.path[n-3] == "namespaces" { // {names: [shop]}, [{name: shop}]
		key = "namespaces"
	}
	if !isNamespaceKey(key) || w.inOtherSystem() || w.common(text, m) && !isKubernetesKey(key) && !w.namedBeside() {
		return sighting{}
	}
	return likely(Field, m.from, m.to)
}

// inOtherSystem says that what the namespace stands in is of a system with namespaces of its own.
func (w *walk) inOtherSystem() bool {
	for i := len(w.path) - 2; i >= max(0, len(w.path)-4); i-- {
		if otherParent.MatchString(w.path[i]) {
			return true
		}
	}
	return false
}

// otherParent matches the keys of such systems: HashiCorp's Vault, Consul and Nomad, Temporal, and the Fleet and data streams of Elastic.
var otherParent = regexp.MustCompile(`(?i)^(vault|consul|nomad|temporal|xpack(\..*)?|data_?streams?|(fleet|agent)_?policies)$`)

// longestList is how long a list of namespaces may be that is the whole of a text.
const longestList = 4096

// isList says that the text is a list of words with commas, one of which is mentioned.
func isList(text string, m mention) bool {
	if m.from == 0 && m.to == len(text) {
		return true
	}
	if len(text) > longestList {
		return false
	}
	before, after := text[:m.from], text[m.to:]
	if before != "" && !strings.HasSuffix(strings.TrimRight(before, " "), ",") || after != "" && !strings.HasPrefix(strings.TrimLeft(after, " "), ",") {
		return false
	}
	for i := range len(text) {
		if c := text[i]; class[c] != inWord && c != ',' && c != ' ' && c != '*' && c != '.' {
			return false
		}
	}
	return true
}

// flagBefore is the flag in front of an element of a list of arguments, "" if there is none.
func (w *walk) flagBefore() string {
	list := w.parent()
	if list.Kind() != object.Array {
		return ""
	}
	elements := list.Elements()
	at := index(w.path[len(w.path)-1])
	if at <= 0 || at >= len(elements) {
		return ""
	}
	flag := elements[at-1].Str()
	if !strings.HasPrefix(flag, "-") || strings.ContainsAny(flag, "= ") {
		return ""
	}
	return flag
}

// inCommand says that one of the arguments in front is a command which takes a namespace with -n.
func (w *walk) inCommand() bool {
	for _, e := range w.parent().Elements() {
		if namespacedCommand.MatchString(e.Str() + " ") {
			return true
		}
	}
	return false
}

func index(token string) int {
	n := 0
	for i := range len(token) {
		if token[i] < '0' || token[i] > '9' || n > 1<<30 {
			return -1
		}
		n = n*10 + int(token[i]-'0')
	}
	return n
}

// variable is the name of the variable or parameter whose value the text is, "" if it is none's.
func (w *walk) variable() string {
	if key := w.path[len(w.path)-1]; key != "value" && key != "default" {
		return ""
	}
	return w.parent().Get("name").Str()
}

// namedBeside says that the namespace stands beside a name, and in something that is no more than a reference: both are of
// one object.
func (w *walk) namedBeside() bool {
	p := w.parent()
	return p.Kind() == object.Object && p.Get("name").Kind() == object.String && len(w.path) > 1 && w.path[0] != "data" && w.path[0] != "metadata"
}
