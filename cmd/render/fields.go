package render

import "strings"

// fieldOf writes a JSON pointer as people write fields: metadata.labels[velero.io/backup-name], spec.containers[0].image.
func fieldOf(pointer string) string {
	if pointer == "" {
		return "(the whole item)"
	}
	var b strings.Builder
	for n, token := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch {
		case !isPlainKey(token):
			b.WriteString("[" + token + "]")
		case n > 0:
			b.WriteString("." + token)
		default:
			b.WriteString(token)
		}
	}
	return b.String()
}

// isPlainKey says that a key needs no brackets. The place of an element of a list does.
func isPlainKey(token string) bool {
	return token != "" && !isDigit(rune(token[0])) && !strings.ContainsFunc(token, func(r rune) bool {
		return !isDigit(r) && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-' && r != '$'
	})
}
