package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"
)

//go:embed report.html references.html report.css *.js
var files embed.FS

var (
	shell  = template.Must(template.New("").Funcs(template.FuncMap{"number": number}).ParseFS(files, "report.html", "references.html"))
	style  = file("report.css")
	script = strings.Join([]string{`"use strict";` + "\n", file("data.js"), file("list.js"), file("item.js"), file("brought.js"), file("report.js")}, "")

	// policy lets the one script and the one style sheet work, and nothing else: nothing is loaded, nothing is sent, no
	// text becomes HTML.
	policy = "default-src 'none'; script-src " + hashOf(script) + "; style-src " + hashOf(style) +
		"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

	// policyWithoutScript is for a page that has none.
	policyWithoutScript = "default-src 'none'; style-src " + hashOf(style) + "; base-uri 'none'; form-action 'none'"
)

// file is an embedded file, which is there or the binary would not have been built.
func file(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// number writes 20000 as 20,000.
func number(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
