package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// FuzzNoSecretIsMissedForHaste holds what a form needs to the expression that it saves.
func FuzzNoSecretIsMissedForHaste(f *testing.F) {
	for _, text := range []string{
		"", "blue", "registry.example.com/a:1.2.3", "2026-11-23T07:05:06Z", "password=x", "postgres://u:p@db/x", "https://example.com/a@b",
		"-----BEGIN rsa private key-----", "-----BEGIN PRIVATE KEY", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig", "\xff=secret",
		"ghp_0123456789abcdefABCDEF", "AKIA0123456789ABCDEF", "Bearer\tabcdef123", "u:$apr1$abcdefgh$0123", "{SSHA}0123456789abcdef", "db:5432:d:u:secret",
		"machine x login y password z", "<password>x</password>", "curl -u a:b", "mysql -px", "redis-cli -a x", "ldapsearch -w x", "htpasswd -b f u p", "pass:x",
		"u:p@tcp(db)", "hooks.slack.com/services/T0/B0/abcdefgh", "AGE-SECRET-KEY-1ABC", "xoxb-0123456789", "https://h/?sv=1&sig=0123456789abcdef", "https://0123456789abcdef0123@h/1", "jdbc:oracle:thin:u/p@h", "ALTER ROLE a PASSWORD 'x'",
		"define('DB_PASSWORD', 'x');", "CREATE USER a IDENTIFIED BY 'x'", "rocommunity x", "user a insecure-password x", "requirepass x", "openssl enc -k x", "smbclient -U a%x",
		"echo x | docker login --password-stdin", "curl -b a=x", "sk-0123456789abcdef0123", "hvs.0123456789abcdef0123",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, variant := range []string{text, strings.ToUpper(text), "a " + text + " b"} {
			for _, form := range forms {
				has := func(part string) bool { return strings.Contains(variant, part) }
				looked := (len(form.needs) == 0 || slices.ContainsFunc(form.needs, has)) && (form.when == nil || form.when(variant))
				if m := form.match.FindStringSubmatch(variant); m != nil && !looked && (len(m) < 3 || isSecretName(m[1])) {
					t.Errorf("%q matches %s, and is not looked at", variant, form.match)
				}
			}
		}
	})
}

func TestWhichTextsAreBase64OfOthers(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	for text, want := range map[string]string{
		encode([]byte("abcdefghijkl")):     "abcdefghijkl",
		encode([]byte("abcdefghijk")):      "abcdefghijk",
		encode([]byte("abcdefghij")):       "abcdefghij",
		encode([]byte("abc")):              "", // too short to tell
		encode([]byte("abcdefghijkl"))[1:]: "",
		"YWFhYWFhYWFhYWFh":                 "aaaaaaaaaaaa",
		"Pz8/Pj4+eno5OTAw":                 "???>>>zz9900",
		"QUFBWlpaenp6YWFh":                 "AAAZZZzzzaaa",
		"YWJjZGVmZ2hpamts-":                "",
		"YWJjZGVmZ2hpamt_":                 "",
		"YWJj=GVmZ2hpamts":                 "",
		"YWJjZGVmZ2hpam==":                 "abcdefghij",
		"/////////////w==":                 "", // no text
		encode([]byte("abcdefghijk\x00")):  "",
		"password12345678":                 "", // decodes to no text
		"{WJjZGVmZ2hpamts":                 "",
		"@WJjZGVmZ2hpamts":                 "",
		"[WJjZGVmZ2hpamts":                 "",
		"`WJjZGVmZ2hpamts":                 "",
		":WJjZGVmZ2hpamts":                 "",
		".WJjZGVmZ2hpamts":                 "",
	} {
		if got, ok := asBase64(text); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", text, got, ok, want)
		}
	}
	s := newScrubber()
	decoded, err := base64.StdEncoding.DecodeString(s.text(encode([]byte("user=u\npassword=hunter2\n")), config))
	if shown := anyPlaceholder.ReplaceAllString(string(decoded), "#"); err != nil || shown != "user=u\npassword=#\n" || s.values != 1 {
		t.Errorf("got %q, %v, %d values", shown, err, s.values)
	}
}
