package references

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Scanner finds where items name some namespaces. It never changes and may be used by several goroutines.
type Scanner struct {
	words   *words
	objects Objects
	mapping map[string]string
	swaps   bool // a namespace of the mapping is the target of another
}

// New returns a scanner for the namespaces of a mapping, by their names in the backup.
func New(mapping map[string]string, objects Objects) *Scanner {
	s := &Scanner{words: newWords(slices.Collect(maps.Keys(mapping))), objects: objects, mapping: mapping}
	for _, to := range mapping {
		if s.words.names[to] {
			s.swaps = true
		}
	}
	return s
}

// Named returns a scanner for some namespaces, none of which gets another name.
func Named(names []string, objects Objects) *Scanner {
	return &Scanner{words: newWords(names), objects: objects}
}

// Mentions says whether the text of an item may name one of the namespaces, apart from the one that it is in.
func (s *Scanner) Mentions(text []byte) bool { return s.words.in(text) }

// Scan returns where an item names a namespace, by no less than a degree, in the order of the item. Original is the item as it
// stands in the backup, nil if it was not changed since: what Velero has mapped by itself is found there.
func (s *Scanner) Scan(resource string, item, original *object.Value, least Sure) []Reference {
	w := s.walk(resource, item, original, least)
	w.item(item)
	if len(s.mapping) > 0 {
		w.mapped(item, original)
	}
	return w.found
}

func (s *Scanner) walk(resource string, item, original *object.Value, least Sure) *walk {
	return &walk{scanner: s, least: least, resource: resource, root: item, original: original, rows: s.rowsOf(resource, least)}
}

// walk is one walk through an item.
type walk struct {
	scanner  *Scanner
	least    Sure
	resource string
	root     *object.Value
	original *object.Value
	rows     []*row
	only     bool // rows of what Velero maps

	path    []string
	parents []*object.Value
	known   map[string]bool // answers of the objects
	olds    map[string]bool // texts of the original that name a namespace, where namespaces swap
	list    yamlList
	found   []Reference
	merged  map[string]int // references of one string that stand for more of their kind, by index
}

// copies are annotations that hold the item once more.
var copies = map[string]bool{
	"kubectl.kubernetes.io/last-applied-configuration": true,
	"kapp.k14s.io/original":                            true,
	"objectset.rio.cattle.io/applied":                  true,
	"banzaicloud.com/last-applied":                     true,
}

// item walks through what Velero restores of an item.
func (w *walk) item(o *object.Value) {
	for key, v := range o.Members() {
		switch {
		case key == "apiVersion" || key == "kind" || key == "status":
		case key == "metadata":
			for key, v := range v.Members() {
				if key == "annotations" || key == "labels" {
					w.within(o, "metadata", func() { w.member(o.Get("metadata"), key, v) })
				}
			}
		case w.resource == layout.CRDs && key == "spec": // what a schema says is of no namespace
			w.within(o, key, func() { w.member(v, "conversion", v.Get("conversion")) })
		case w.resource == layout.Secrets && key == "data", key == "binaryData" && w.resource == layout.ConfigMaps:
			w.within(o, key, func() { w.encoded(v) })
		default:
			w.member(o, key, v)
		}
	}
}

// within does something within a member.
func (w *walk) within(parent *object.Value, key string, do func()) {
	w.path, w.parents = append(w.path, key), append(w.parents, parent)
	do()
	w.path, w.parents = w.path[:len(w.path)-1], w.parents[:len(w.parents)-1]
}

// encoded walks through values in base64.
func (w *walk) encoded(list *object.Value) {
	var few [1 << 10]byte
	text := few[:0]
	for key, v := range list.Members() {
		var err error
		if text, err = appendDecoded(text[:0], v); err != nil || next(w.scanner.words, text, 0).from < 0 {
			continue
		}
		w.within(list, key, func() { w.text(string(text), true) })
	}
}

// appendDecoded appends what a string has in base64.
func appendDecoded(dst []byte, v *object.Value) ([]byte, error) {
	if raw := v.JSON(); v.Kind() == object.String && bytes.IndexByte(raw, '\\') < 0 {
		return base64.StdEncoding.AppendDecode(dst, raw[1:len(raw)-1])
	}
	return base64.StdEncoding.AppendDecode(dst, []byte(v.Str()))
}

// member walks through a member of an object.
func (w *walk) member(parent *object.Value, key string, v *object.Value) {
	if !w.mentions(v) {
		return
	}
	w.within(parent, key, func() { w.value(v) })
}

// deep is the level from which on nothing is read ahead of being opened: reading it once more for each level would take
// long where somebody nested it to that end.
const deep = 24

// mentions says whether a value may name a namespace: one without any is not opened.
func (w *walk) mentions(v *object.Value) bool {
	switch {
	case v.Kind() < object.String:
		return false
	case v.Kind() > object.String && (len(w.path) > deep || v.Changed()):
		return true
	}
	return w.scanner.words.in(v.JSON())
}

func (w *walk) value(v *object.Value) {
	switch v.Kind() {
	case object.Object:
		for key, e := range v.Members() {
			if copies[key] && w.key() == "annotations" {
				continue
			}
			w.member(v, key, e)
		}
	case object.Array:
		for i, e := range v.Elements() {
			w.member(v, strconv.Itoa(i), e)
		}
	case object.String:
		w.text(v.Str(), false)
	}
}

// maxText is how much of a text is searched.
const maxText = 16 << 20

// text judges each mention in a text.
func (w *walk) text(text string, encoded bool) {
	text = text[:min(len(text), maxText)]
	m := next(w.scanner.words, text, 0)
	if m.from < 0 {
		return
	}
	rows := w.rowsHere()
	if w.handled(rows, text) {
		return
	}
	first := len(w.found)
	w.list, w.merged = yamlList{line: -1}, nil
	for ; m.from >= 0; m = next(w.scanner.words, text, m.to) {
		if s := w.judge(rows, text, m); s.sure >= w.least && (!w.only || s.by != "") {
			w.add(first, text, m, s, encoded)
		}
	}
}

// judge says what a mention is.
func (w *walk) judge(rows []*row, text string, m mention) sighting {
	for _, r := range rows {
		if s := r.judge(w, text, m); s.found() {
			return s
		}
	}
	if w.inExample() {
		return sighting{kind: Word, from: m.from, to: m.to}
	}
	if s := user(text, m); s.found() {
		return s
	}
	if w.inLabels() {
		return sighting{kind: Word, from: m.from, to: m.to}
	}
	if s := w.asWhole(text, m); s.found() {
		return s
	}
	if s := w.inText(text, m); s.found() {
		return s
	}
	return sighting{kind: Word, from: m.from, to: m.to}
}

// inLabels says that the text is a label, or what labels are selected by. Labels stay as they are in a restore, those of
// the Namespace included, and what they select stays selected.
func (w *walk) inLabels() bool {
	for i := len(w.path) - 1; i >= max(0, len(w.path)-4); i-- {
		switch w.path[i] {
		case "labels", "matchLabels", "matchExpressions", "nodeSelector", "commonLabels", "podLabels", "labelSelector", "selector":
			return true
		}
	}
	return false
}

// inExample says that the text is an example that a ConfigMap of Knative shows. Its webhook refuses another text.
// Source: knative.dev/pkg configmap/example.go (ExampleKey, ExampleChecksumAnnotation).
func (w *walk) inExample() bool {
	return w.resource == layout.ConfigMaps && len(w.path) == 2 && w.path[1] == "_example"
}

// add adds a sighting, or counts it with one like it in the same string.
func (w *walk) add(first int, text string, m mention, s sighting, encoded bool) {
	shown := cut(text[s.from:s.to])
	if w.resource == layout.Secrets && w.path[0] != "metadata" {
		shown = ""
	}
	name := text[m.from:m.to]
	if like := w.like(first, s, name, shown); like != nil {
		like.Times++
		like.spans = append(like.spans, m)
		return
	}
	r := Reference{Kind: s.kind, Sure: s.sure, Namespace: strings.Clone(name), Text: strings.Clone(shown), Times: 1, By: s.by, Encoded: encoded, spans: []mention{m}}
	if first < len(w.found) {
		r.Path, r.tokens = w.found[first].Path, w.found[first].tokens
	} else {
		r.Path, r.tokens = pointer(w.path), slices.Clone(w.path)
	}
	w.found = append(w.found, r)
}

// mostTexts is for how many texts of one string there is a reference of its own; more of a kind are counted with the first.
const mostTexts = 64

// like is a reference in the same string that another one is counted with, nil if there is none.
func (w *walk) like(first int, s sighting, name, shown string) *Reference {
	here := w.found[first:]
	for i := range here[:min(len(here), mostTexts)] {
		if r := &here[i]; r.Kind == s.kind && r.Sure == s.sure && r.Namespace == name && r.Text == shown {
			return r
		}
	}
	if len(here) < mostTexts {
		return nil
	}
	kind := string(s.kind) + " " + s.sure.String() + " " + name
	if at, ok := w.merged[kind]; ok {
		return &w.found[at]
	}
	if w.merged == nil {
		w.merged = map[string]int{}
	}
	w.merged[kind] = len(w.found)
	return nil
}

// longestShown is how much of a text is shown.
const longestShown = 256

func cut(text string) string {
	if len(text) <= longestShown {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(text[:longestShown], "\uFFFD") + "…"
}

// pointer is a path as a JSON pointer.
func pointer(path []string) string {
	var b strings.Builder
	for _, token := range path {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// key is the last key on the path that is no index.
func (w *walk) key() string {
	for i := len(w.path) - 1; i >= 0; i-- {
		if w.parents[i].Kind() != object.Array {
			return w.path[i]
		}
	}
	return ""
}

// parent is what the value stands in.
func (w *walk) parent() *object.Value {
	if len(w.parents) == 0 {
		return nil
	}
	return w.parents[len(w.parents)-1]
}

func (w *walk) common(text string, m mention) bool { return isCommon(text[m.from:m.to]) }

// mostKnown is how many answers are kept for one item.
const mostKnown = 1024

func (w *walk) ask(key string, ask func() bool) bool {
	if answer, ok := w.known[key]; ok {
		return answer
	}
	if w.known == nil {
		w.known = map[string]bool{}
	}
	answer := ask()
	if len(w.known) < mostKnown {
		w.known[key] = answer
	}
	return answer
}

func (w *walk) hasService(text string, m mention, name string) bool {
	namespace := text[m.from:m.to]
	return w.ask("s "+namespace+" "+name, func() bool { return w.scanner.objects.HasService(namespace, name) })
}

func (w *walk) hasObject(namespace, name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	return w.ask("o "+namespace+" "+name, func() bool { return w.scanner.objects.HasObject(namespace, name) })
}
