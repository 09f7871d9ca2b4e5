package scrub

import "regexp"

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

// isSecret says whether a value of this name is taken for a secret.
func (s *scrubber) isSecret(name, value string) bool {
	if secretName.MatchString(name) || secretValue.MatchString(value) {
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
	if secretValue.MatchString(value) {
		return true
	}
	for _, p := range s.patterns {
		if p.MatchString(value) {
			return true
		}
	}
	return false
}
