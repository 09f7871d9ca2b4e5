package redact

import (
	"regexp"
	"strings"
)

var (
	// secretName is a name whose value is taken for a secret.
	secretName = regexp.MustCompile(`(?i)passw|passphrase|token|secret|credential|private|dsn$|authorization|cookie|keystore|htpasswd|pgpass|` +
		`requirepass|masterauth|storepass|keypass|connection[-_.]?string|community[-_.]?string|mnemonic|seed[-_.]?phrase|otp[-_.]?seed|` +
		`(^|[^a-z])(pw|pwd|pass|auth|key|psk|t?otp|jwt|hmac|pin|salt)s?([^a-z]|$)|` +
		`(api|access|signing|encryption|account|master|user|client|shared|hmac|unseal|recovery|licen[cs]e|session|storage|webhook)[-_.]?key`)

	// camelName is the end of a name such as dbPass, whose words are told by capitals.
	camelName = regexp.MustCompile(`[a-z0-9](Pass|Pwd|PW|Pw|PWD|PASS|Pin|Auth)[0-9]*$`)

	// aboutName is the end of a name that says something about a secret, or where it is.
	aboutName = regexp.MustCompile(`(?i)([-_.]|[a-z])(names?|namespaces?|refs?|references?|paths?|files?|filename|dir|directory|types?|policy|mode|class|` +
		`seconds|minutes|hours|days|ttl|expiry|expiration|expires|expire|enabled|disabled|required|optional|size|length|algorithm|encoding|` +
		`mount|mountpath|volume|version|provider|method|formats?|selector|template|store|count|limit|rotation|interval|prefix|suffix|` +
		`header|scheme|issuer|audiences?|kind|realm|signin|review|requests?|controller|manager|operator|server|service|projection|usages?)$|^automount|^public|^has|^use[A-Z_-]`)

	// proseName is a member whose text is for people.
	proseName = regexp.MustCompile(`(?i)^(description|documentation|docs?|summary|title|help|comments?|notes?)$`)

	// documentName is the name of a file that is no secret as a whole.
	documentName = regexp.MustCompile(`(?i)\.(sh|bash|ya?ml|json|toml|ini|cfg|conf|config|properties|xml|html?|md|rst|adoc|txt|py|js|ts|lua|rb|pl|go|sql|tmpl|tpl|template|hcl|env)$`)

	// proseFile is the name of a file for people.
	proseFile = regexp.MustCompile(`(?i)(\.(md|rst|adoc|html?)|^(readme|notes|license|changelog)(\.txt)?)$`)

	// reference stands for a value that is somewhere else.
	reference = regexp.MustCompile(`^(\$(\{[^}]*\}+|\([^)]*\)+|[A-Z_][A-Z0-9_]*)|\{\{.*\}\}|<[a-zA-Z _-]*>|%\(?[a-z]+\)?s?|(/[a-z0-9._-]+){2,}/?|\*+|(?i:true|false|yes|no|on|off|null|nil|none|~))$`)

	placeholder = regexp.MustCompile(`^redacted-[0-9a-f]{8}$`)
)

// isSecretName says that what goes by this name is a secret; structure where the name is a word of Kubernetes' own, too.
func isSecretName(name string) bool {
	if _, after, ok := strings.Cut(name, "/"); ok {
		name = after
	}
	if strings.EqualFold(name, "key") || strings.EqualFold(name, "keys") {
		return false // of selectors, references and pairs: judged where they are
	}
	if !hasSecretWord(name) {
		return false
	}
	return (secretName.MatchString(name) || camelName.MatchString(name)) && !aboutName.MatchString(name)
}

// isSecret says that a value of a suspicious name is one: it is no reference to another place, no switch, and no name of
// an item.
func (s *scrubber) isSecret(value string) bool {
	if value == "" || reference.MatchString(value) || placeholder.MatchString(value) || s.named.isAddress(value) {
		return false
	}
	_, name, ok := strings.Cut(value, "/")
	return !s.known.isName(value) && !(ok && s.known.isName(name))
}

// looksRandom says that a word is hardly one of a language: it has digits among its letters, or capitals behind others.
func looksRandom(word string) bool {
	if len(word) < 8 {
		return false
	}
	digits, letters, turns := 0, 0, 0
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'A' && c <= 'Z':
			letters++
			if i > 0 && word[i-1] >= 'a' && word[i-1] <= 'z' {
				turns++
			}
		case c >= 'a' && c <= 'z':
			letters++
		}
	}
	return digits > 0 && letters > 0 || turns > 1
}
