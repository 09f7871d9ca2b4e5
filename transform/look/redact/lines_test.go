package redact

import (
	"hash/maphash"
	"regexp"
	"strings"
	"testing"
)

var anyPlaceholder = regexp.MustCompile(`redacted-[0-9a-f]{8}`)

// newScrubber works on an item of a backup without Secrets that has an item called login.
func newScrubber() *scrubber {
	k := &known{seed: maphash.MakeSeed(), names: map[uint64]bool{}, ids: map[string]int{}}
	k.names[maphash.String(k.seed, "login")] = true
	k.index()
	return &scrubber{archive: &archive{key: []byte("key"), known: k, result: &Result{}}}
}

// Each row is a text, and what is left of it, with # for each secret that is gone.
func TestLinesOfSettingsAndScripts(t *testing.T) {
	for _, row := range [][2]string{
		// One assignment in each way to write it.
		{"password=x1", "password=#"},
		{"password: x1", "password: #"},
		{"password := x1", "password := #"},
		{`"password" => "x1"`, `"password" => "#"`},
		{"config['password'] = 'x1'", "config['password'] = '#'"},
		{"a=b\npassword=x1\nc=d", "a=b\npassword=#\nc=d"},
		{"password=x1\r\nc=d\r\n", "password=#\r\nc=d\r\n"},
		{"a=b\npassword=x1", "a=b\npassword=#"},
		{"a=b\n\npassword=x1\n", "a=b\n\npassword=#\n"},
		{"user=u;password=x1;host=h", "user=u;password=#;host=h"},
		{"http://h/?token=x1&a=b", "http://h/?token=#&a=b"},

		// What is none.
		{"password=", "password="},
		{"password=$(cat f)", "password=$(cat f)"},
		{"password=${OTHER}", "password=${OTHER}"},
		{"password={{ .Values.p }}", "password={{ .Values.p }}"},
		{"password=`cat f`", "password=`cat f`"},
		{"password: login", "password: login"},
		{"password: true", "password: true"},
		{`password=""`, `password=""`},
		{"token://x1", "token://x1"},
		{"colour: x1", "colour: x1"},
		{"passwords: [a, b]", "passwords: [a, b]"},
		{"password: {a: b}", "password: {a: b}"},

		// A value that has the rest of its line, and one that has not.
		{"password: a b c", "password: #"},
		{"  - password: a b c", "  - password: #"},
		{"export PASSWORD=a b", "export PASSWORD=#"},
		{"password: a b # why", "password: # # why"},
		{"password: a b ,", "password: # ,"},
		{"password=a b; user=u", "password=#; user=u"},
		{"run password=a1 b", "run password=# b"},
		{"run password=a1", "run password=#"},
		{"f(password=a1)", "f(password=#)"},
		{"password := a1 b", "password := # b"},
		{"# password: a1 b", "# password: # b"},
		{"// password: a1 b", "// password: # b"},

		// Quotes.
		{`password: "a b" c`, `password: "#" c`},
		{`password: 'a b' c`, `password: '#' c`},
		{`password: "a\"b" c`, `password: "#" c`},
		{`password: 'a\' b`, `password: '#' b`},
		{`password: "a b`, `password: "#`},
		{`x "{\"password\":\"a1\",\"b\":\"c\"}"`, `x "{\"password\":\"#\",\"b\":\"c\"}"`},
		{`x "{\"password\":\"a1`, `x "{\"password\":\"a1`},

		// Texts of several lines.
		{"password: |\n  a1\n  b1\nuser: u", "password: |\n  #\n  #\nuser: u"},
		{"x:\n  password: |-\n    a1\n\n    b1\n  user: u", "x:\n  password: |-\n    #\n\n    #\n  user: u"},
		{"password: > # folded\n  a1\nuser: u", "password: > # folded\n  #\nuser: u"},
		{"password: |\nuser: u", "password: |\nuser: u"},
		{"  password: |\n  user: u", "  password: |\n  user: u"},

		{"password: |\n  a1\nuser:\n  x: y", "password: |\n  #\nuser:\n  x: y"},
		{"run password=;x", "run password=;x"},

		// A name and a value in lines of their own.
		{"- name: PASSWORD\n  value: a1\n- name: COLOUR\n  value: b1", "- name: PASSWORD\n  value: #\n- name: COLOUR\n  value: b1"},
		{"- name: PASSWORD\n\n  value: a1", "- name: PASSWORD\n\n  value: #"},
		{"- name: PASSWORD\n  valueFrom:\n    secretKeyRef:\n      key: k\n  value: a1", "- name: PASSWORD\n  valueFrom:\n    secretKeyRef:\n      key: k\n  value: a1"},
		{"- key: \"token\"\n  value: \"a1\"", "- key: \"token\"\n  value: \"#\""},
		{"- name: PASSWORD\n  other: b\n  value: a1", "- name: PASSWORD\n  other: b\n  value: a1"},
		{"- value: a1\n- name: PASSWORD\n  value: b1", "- value: a1\n- name: PASSWORD\n  value: #"},
		{"- name: PASSWORD\n  value: a1\n  value: b1", "- name: PASSWORD\n  value: #\n  value: b1"},

		// A Secret among other documents.
		{"kind: Secret\ndata:\n  a: b1\n  c: d1\ntype: Opaque", "kind: Secret\ndata:\n  a: #\n  c: #\ntype: Opaque"},
		{"kind: Secret\nstringData:\n  a: b1\n\n  c: d1\ntype: Opaque\n  e: f1", "kind: Secret\nstringData:\n  a: #\n\n  c: #\ntype: Opaque\n  e: f1"},
		{"  kind: Secret\n  data:\n    a: b1\n  type: Opaque", "  kind: Secret\n  data:\n    a: #\n  type: Opaque"},
		{"kind: Secret\ndata:\n  no entry\n  password=x1", "kind: Secret\ndata:\n  no entry\n  password=#"},
		{"kind: Secret\ndata:\n a: b1", "kind: Secret\ndata:\n a: #"},
		{"kind: Secret\ndata:\n  a: b1\npassword: c1", "kind: Secret\ndata:\n  a: #\npassword: #"},
		{"kind: ConfigMap\ndata:\n  a: b1", "kind: ConfigMap\ndata:\n  a: b1"},
	} {
		got := newScrubber().text(row[0], config)
		if shown := anyPlaceholder.ReplaceAllString(got, "#"); shown != row[1] {
			t.Errorf("%s\nis   %s\nwant %s", strings.ReplaceAll(row[0], "\n", "⏎"), strings.ReplaceAll(shown, "\n", "⏎"), strings.ReplaceAll(row[1], "\n", "⏎"))
		}
	}
}
