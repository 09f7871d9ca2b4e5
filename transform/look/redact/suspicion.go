package redact

import (
	"regexp"
	"strings"
)

var (
	// secretName is a name whose value is taken for a secret.
	secretName = regexp.MustCompile(`(?i)passw|passphrase|token|secret|credential|private|dsn$|(^|[^a-z])(pw|pwd|auth|key)s?([^a-z]|$)|(api|access|signing|encryption|account|master)[-_.]?key|keystore`)

	// secretValue is a text that has a secret in it, whatever its name: a private key, a word such as password with
	// something behind it, a URL with a password, the token of a well-known form.
	secretValue = regexp.MustCompile(`(?i)-----BEGIN [A-Z ]*PRIVATE KEY|` +
		`(passw(or)?d|passphrase|token|secret|credentials?|(api|access|private)[-_.]?key)["']?\s*[:=]\s*\S|` +
		`[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@|` +
		`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.`)
)

// secretWords begin whatever secretValue looks for by a word, in lower case.
var secretWords = []string{"passw", "passphrase", "token", "secret", "credential", "key"}

// hasSecret says whether secretValue matches. Nearly all texts of a backup lack what each of its branches needs, which
// is found much sooner than the expression says no.
func hasSecret(text string) bool {
	return couldHaveSecret(text) && secretValue.MatchString(text)
}

func couldHaveSecret(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return true // a letter may fold to one of ASCII
		}
	}
	if strings.Contains(text, "-----") || strings.Contains(text, "://") && strings.Contains(text, "@") {
		return true
	}
	assigns, dotted := strings.ContainsAny(text, ":="), strings.Count(text, ".") > 1
	if !assigns && !dotted {
		return false
	}
	lower := strings.ToLower(text)
	if dotted && strings.Contains(lower, "eyj") {
		return true
	}
	if assigns {
		for _, word := range secretWords {
			if strings.Contains(lower, word) {
				return true
			}
		}
	}
	return false
}

// isSecret says whether a value of this name is taken for a secret.
func (s *scrubber) isSecret(name, value string) bool {
	if secretName.MatchString(name) || hasSecret(value) {
		return true
	}
	for _, p := range s.patterns {
		if p.MatchString(name) || p.MatchString(value) {
			return true
		}
	}
	return false
}

// isSecretText is isSecret of a value that has no name of its own, such as an argument.
func (s *scrubber) isSecretText(value string) bool {
	if hasSecret(value) {
		return true
	}
	for _, p := range s.patterns {
		if p.MatchString(value) {
			return true
		}
	}
	return false
}
