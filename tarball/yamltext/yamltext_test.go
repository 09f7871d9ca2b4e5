package yamltext

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/backups"
)

func emit(t testing.TB, text string) string {
	t.Helper()
	v, err := object.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(Append(nil, v))
}

func TestItemsLookAsKubectlPrintsThem(t *testing.T) {
	got := emit(t, `{"apiVersion":"v1","data":{"app.conf":"a = 1\n\tb = 2\n","empty":"","motd":"  hi\nthere","tail":"x\n\n"},`+
		`"kind":"ConfigMap","list":[],"metadata":{"annotations":{"json":"{\"a\":\"it's\"}","on":"yes"},"finalizers":["a","b"],`+
		`"generation":3,"labels":{},"name":"web","owners":[{"kind":"A","uid":"1e3"},{"kind":"B","list":[[1,2.50],["x"],[]]}]},`+
		`"args":["--port=80","-v","*","a: b","10.96.0.7","100m","1:20"],"nothing":null,"ok":true}`)
	want := `apiVersion: v1
data:
  app.conf: |
    a = 1
    	b = 2
  empty: ""
  motd: |2-
      hi
    there
  tail: |+
    x

kind: ConfigMap
list: []
metadata:
  annotations:
    json: '{"a":"it''s"}'
    "on": "yes"
  finalizers:
  - a
  - b
  generation: 3
  labels: {}
  name: web
  owners:
  - kind: A
    uid: "1e3"
  - kind: B
    list:
    - - 1
      - 2.50
    - - x
    - []
args:
- --port=80
- -v
- '*'
- 'a: b'
- 10.96.0.7
- 100m
- "1:20"
nothing: null
ok: true
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// nasty are strings that some reader of YAML takes for something else, or not at all.
var nasty = []string{
	"", " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", "a\r\nb", "a\rb", "\x00", "\x07", "\x1b[0m", "\x7f", "\\", "\"", "'", "''", "a'b", "\\n",
	"y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF",
	"null", "Null", "NULL", "nUlL", "~", "~~", "yep", "none", "nil", "None", "undefined", "=", "<<", "<", "==", "!!str a", "!a", "&a", "*a", "* a", "*",
	"0", "1", "-1", "+1", "00", "010", "0777", "0o17", "0O17", "0x1F", "0X1f", "-0x1f", "0b11", "-0b11", "0b+0", "0x-1", "0o+7", "0xg", "0x", "0o", "0b", "08", "09", "0o8",
	"1_000", "1,000", "_1", "1_", "1.", ".1", "1.0", "-1.5", "+1.5", "1e3", "1E3", "1e+3", "1.5e-3", "1e", "e1", ".e1", "1.e1", "12e03", "5e1000", "1d3",
	".inf", "-.inf", "+.inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "inf", "nan", "NaN", "Infinity", "-Infinity", ".infx", "0.", "-0", "-0.0", "-", "+", ".", "..", "...", "--", "---", "--- a", "... a", "-a", "- a", "-- a", "--a",
	"1:20", "190:20:30", "190:20:30.15", "-1:20", "1:2:3:4", "12:30", "00:00:00", "1:60", "a:1", "1:a", ":1", ":",
	"2001-12-14", "2001-12-14T21:59:43Z", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2024-1-1", "20240101", "2024-01", "T12", "Z",
	"9223372036854775807", "9223372036854775808", "18446744073709551616", "123456789012345678901234567890", "123456789012345678901234567890.5",
	"10.96.0.7", "1.18.2", "1..2", "1.2.3.", ".1.2", "1.2.3e4", "::1", "fe80::1", "10.0.0.0/8", "100m", "8Gi", "1Ki", "50%", "%50", "1/2", "1-2", "5d4f8", "5e10", "12345e67890",
	"123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000",
	"a: b", "a : b", "a:b", "a:", "a: ", ": a", ":a", "a:\tb", "a\t: b", "a #b", "a# b", "a#b", "#a", "# a", " #", "a #", "http://x:80/y#z", "key: [1, 2]",
	"? a", "?", "?a", "- ", "[", "]", "[]", "{", "}", "{}", "[a", "{a", "a]", "a}", "a, b", ",", ",a", "a,", "|", "| a", "|-", ">", "> a", ">-", "%", "%a", "@", "@a", "`", "`a", "!", "&", "\"a\"", "'a'", "\"a", "'a",
	" a", "a ", " a ", "\ta", "a\t", "a\tb", "  a\n", "\u00a0a", "a\u00a0", "\u3000", "a  b",
	"a\nb", "a\nb\n", "a\nb\n\n", "a\nb\n\n\n", "\na", "\n\na\n", " a\nb", "  a\n b\n", "\ta\nb", "a\n b", "a\n\tb\n", "a\n\nb", "a\n \nb", "a\n  ", "a\n \n", "a \nb ", " \na", " \n", "\t\n", "a\n ", "#a\nb", "---\na\n", "...\n", "- a\n- b", "a: b\nc: d\n", "a\n#b\n", "|\na", "a\n\t", "a\n\t\n", "%a\nb", "a\n---\nb\n", "a\n...\n",
	"a\x00\nb", "a\u0085b", "a\u0085\nb", "a\u2028b", "a\u2029\nb", "\ufeff", "\ufeffa", "a\ufeff\nb", "\ufffd", "\ufffe", "\uffff", "\u0080", "\u009f", "\u00a0", "\ud7ff", "\ue000", "\U00010000", "\U0010ffff", "\U0001f600", "größe", "日本語", "日本語\nテスト\n", "é", "e\u0301", "\u200b", "\u202e", "a\u200d",
	"<script>&amp;</script>", "{{ .Values.x }}", "${x}", "$(x)", "\\u0041", "\\x41", "C:\\Windows", "^a$", "a|b", "a>b", "a&b", "a*b", "a!b", "a@b", "a%b", "a`b", "=a", "~a", "/", "./a", "../a", "(a)", ";", "a;b", "_", "__",
}

func TestNastyStringsKeepTheirMeaning(t *testing.T) {
	long := strings.Repeat("long ", 500)
	for _, s := range append(nasty, long, long+"\n"+long, strings.Repeat("x", 3000), strings.Repeat("ß", 600), strings.Repeat("\x01", 300)) {
		for _, other := range []any{nil, "a", 1, map[string]any{s: s}} {
			for _, v := range []any{
				s,
				map[string]any{"k": s, "z": other},
				map[string]any{s: other},
				map[string]any{s: map[string]any{s: []any{s, s}}},
				[]any{s, other},
				[]any{[]any{s, []any{s}}, map[string]any{s: s, "z": []any{s}}},
			} {
				text, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				out := emit(t, string(text))
				if err := checkYAML(text, []byte(out)); err != nil {
					t.Errorf("%q in %.100s: %v\n%.300s", s, text, err, out)
				}
			}
		}
	}
}

// A reader that follows another version of YAML, or only part of it, must not have to guess.
func TestStringsThatCouldBeMisreadAreQuoted(t *testing.T) {
	for _, s := range strings.Fields(`y Y yes no n on OFF true False null Null ~ = << 0 1 -1 +1 010 0o17 0x1F -0x1f 0b11 0_x1F 0_X000 -_0x1f 0__b1 0_o7 1_000 1,000 1. .1
		1e3 1E3 12e03 .inf -.INF .NaN 1:20 190:20:30.15 2001-12-14 2001-12-14T21:59:43Z 123456789012345678901234567890 - -- --- ... * &a !a |
		> @a %a [ ] { } # , ? : ' "`) {
		text, _ := json.Marshal(map[string]string{"k": s})
		if out := emit(t, string(text)); !strings.ContainsAny(out[3:4], `"'`) {
			t.Errorf("%q is not quoted: %s", s, out)
		}
	}
}

// Every text of up to four bytes that numbers are made of stays a string for both libraries.
func TestShortTextsLikeNumbersStayStrings(t *testing.T) {
	texts := []string{""}
	for range 4 {
		for _, s := range texts {
			for _, c := range "01_xXbo.eE+-:fn" {
				texts = append(texts, s+string(c))
			}
		}
		texts = slices.Compact(slices.Sorted(slices.Values(texts)))
	}
	text, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkYAML(text, []byte(emit(t, string(text)))); err != nil {
		t.Errorf("%d texts: %v", len(texts), err)
	}
}

func TestNumbersKeepTheirText(t *testing.T) {
	for _, n := range []string{"0", "-0", "1", "-1", "1.0", "1.50", "-0.0", "9007199254740993", "9223372036854775807", "18446744073709551615", "18446744073709551616", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "1.5e+3", "1.5e-3"} {
		if got := emit(t, `{"x":`+n+`}`); got != "x: "+n+"\n" {
			t.Errorf("%s: got %q", n, got)
		}
	}
	for n, want := range map[string]string{"1e3": "1.0e+3", "1E3": "1.0e+3", "-1e-3": "-1.0e-3", "1.5E3": "1.5e+3", "1e+3": "1.0e+3"} {
		if got := emit(t, `[`+n+`]`); got != "- "+want+"\n" {
			t.Errorf("%s: got %q, want %q", n, got, want)
		}
	}
}

func TestOddJSONKeepsItsMeaning(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, ` { } `, `[ ]`, `null`, `"a"`, `"a\nb"`, `1`, `true`, `[{}]`, `[[]]`, `[[[1]]]`, `[[{"a":[{"b":1}]}]]`, `{"a":{"b":{}}}`,
		" {\n \"a\" : [ 1 , { \"b\" : { } } , [ ] ] ,\r\n\t\"c\" : \"d\" } ", `{"b":1,"a":2}`, `{"a":1,"a":2}`, `{"a":{"x":1},"b":[{"c":1,"c":{"d":1,"d":2}}],"a":"y"}`,
		`{"a":1,"\u0061":2}`, `{"a":"\u00e9\ud83d\ude00\ud800\ud800x\udc00\/\b\f\u2028\u0000\u007f\u003c"}`, "{\"a\":\"\xff\xfe\",\"\xff\":1,\"\xfe\":2}",
		`{"":""}`, `{"":{"":[""]}}`, `{"a":1,"a":[{"b":"}],"}],"a":"\"}"}`, `[1e3,-0,-0.0,1E-2]`, `{"a":1 , "a" : 2 , "b":3}`,
		`{"` + strings.Repeat("k", 2000) + `":{"a":[1,"b\nc",{"d":1}]}}`, `{"` + strings.Repeat("k", 2000) + `":"a\nb\n","l":1}`, `[{"` + strings.Repeat("k", 2000) + `":"a\nb\n"},[{"` + strings.Repeat("k", 2000) + `":1}]]`,
	} {
		out := emit(t, text)
		if err := checkYAML([]byte(text), []byte(out)); err != nil {
			t.Errorf("%.200s: %v\n%s", text, err, out)
		}
	}
}

func TestDeepNestingStaysSmall(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[", 300) + `"a\nb"` + strings.Repeat("]", 300),
		strings.Repeat(`{"b":{"a":`, 150) + `[1,"x: y",{"` + strings.Repeat("k", 2000) + `":null}]` + strings.Repeat("}}", 150),
		strings.Repeat(`{"a":1,"a":`, 300) + `[]` + strings.Repeat("}", 300),
	} {
		out := emit(t, text)
		if err := checkYAML([]byte(text), []byte(out)); err != nil {
			t.Errorf("%.60s: %v", text, err)
		}
		if len(out) > 40*len(text) {
			t.Errorf("%.60s: %d bytes of %d", text, len(out), len(text))
		}
	}
	deep := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	if out := emit(t, deep); len(out) > 4*len(deep) {
		t.Errorf("1000 levels became %d bytes of %d", len(out), len(deep))
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	for _, text := range []string{`{"a":1}`, `{"b":1,"a":1}`} {
		if got := string(Append([]byte("---\n"), object.MustParse(text))); !strings.HasPrefix(got, "---\n") || strings.Count(got, "a: 1") != 1 {
			t.Errorf("got %q", got)
		}
	}
}

func TestAllItemsOfTheRealBackupsKeepTheirMeaning(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		archive := backups.Tarball(folder)
		count := 0
		forEachItem(t, archive, func(name string, text []byte) {
			count++
			v, err := object.Parse(text)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out := Append(nil, v)
			if err := checkYAML(text, out); err != nil {
				t.Errorf("%s: %v\n%.500s", name, err, out)
			}
		})
		if count < 192 {
			t.Errorf("%s: %d items", archive, count)
		}
	}
}

func forEachItem(t testing.TB, archive string, visit func(name string, text []byte)) {
	t.Helper()
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zr, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(h.Name, ".json") {
			visit(h.Name, text)
		}
	}
}

func FuzzMeaning(f *testing.F) {
	for _, s := range nasty {
		text, _ := json.Marshal(map[string]any{s: []any{s, map[string]any{"k": s}}})
		f.Add(text)
	}
	f.Add([]byte(`{"b":1,"a":2,"a":3,"\u0061":[1e3,-0.5]}`))
	f.Add([]byte(`[0E10000000000000000000,1e-10000000000000000000]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := object.Parse(text)
		if err != nil || beyondFloats(text) {
			t.Skip()
		}
		out := Append(nil, v)
		if err := checkYAML(text, out); err != nil {
			t.Errorf("%v\n%q\n%s", err, text, out)
		}
	})
}

// beyondFloats says that a number is none of a 64-bit float, which libraries of YAML then take for a string, or that
// the text is nested more deeply than they go.
func beyondFloats(text []byte) bool {
	var v any
	return json.Unmarshal(text, &v) != nil || bytes.Count(text, []byte("[")) > 5000
}
