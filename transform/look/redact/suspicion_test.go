package redact

import (
	"strings"
	"testing"
)

// FuzzNoSecretIsMissedForHaste holds the quick look to the expression that it saves.
func FuzzNoSecretIsMissedForHaste(f *testing.F) {
	for _, text := range []string{
		"", "blue", "registry.example.com/a:1.2.3", "2026-11-23T07:05:06Z", "password=x", "PASSWORD : x", "Pass\u017fword=x", "pa\u017f\u017fword=x", "to\u212Aen: x",
		"api_key='x'", "Access-Key:x", "credentials = x", "passphrase=x", "postgres://u:p@db/x", "https://example.com/a@b", "-----BEGIN rsa private key-----",
		"-----BEGIN PRIVATE KEY", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig", "EYJhbGciOiJIUzI1NiJ9.eyjzdWIiOiIxMjM0NTY3ODkwIn0.", "token", "secret\n=\nx", "\xff=secret",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, variant := range []string{text, strings.ToUpper(text), "a " + text + " b"} {
			if secretValue.MatchString(variant) && !couldHaveSecret(variant) {
				t.Errorf("%q has a secret, and is not looked at", variant)
			}
		}
	})
}
