package render

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// JSONPath is how the format begins that has an expression behind it.
const JSONPath = "jsonpath="

// ObjectFormats are the choices of -o for objects, beside JSONPath.
var ObjectFormats = []string{Table, Wide, Name, JSON, YAML}

// Objects shows objects one by one, as kubectl does.
type Objects struct {
	format string
	one    bool // by itself, in no List
	inOne  bool // all in one namespace, so that no column is needed for it
	counts bool
	path   *pathPrinter
	person bool // reads it on a terminal

	page  *page
	table *table
	n     int
}

// NewObjects prepares to show objects in one of ObjectFormats or by a JSONPath: with inOne all are of one namespace, with
// counts a table is to count them only, and with one there is one at most, which stands by itself.
func NewObjects(format string, inOne, counts, one bool) (*Objects, error) {
	o := &Objects{format: format, one: one, inOne: inOne, counts: counts && (format == Table || format == Wide)}
	expression, ok := strings.CutPrefix(format, JSONPath)
	if !ok {
		return o, nil
	}
	var err error
	o.path, err = newPathPrinter(expression)
	return o, err
}

// On says where the objects are shown, and whether that is a terminal.
func (o *Objects) On(out io.Writer, terminal bool, style Style) {
	o.person = terminal
	o.page = newPage(out, style.where(o.format == Table || o.format == Wide))
	o.table = &table{page: o.page}
	if o.counts {
		o.table.right = map[int]bool{1: true, 2: true}
	}
}

// Counts says whether the objects are only counted.
func (o *Objects) Counts() bool { return o.counts }

// Empty says that nothing was shown.
func (o *Objects) Empty() bool { return o.n == 0 }

// Count shows how many items a resource has, and in how many namespaces.
func (o *Objects) Count(resource string, items, namespaces int) {
	if o.n++; o.n == 1 {
		o.table.header("RESOURCE", "ITEMS", "NAMESPACES")
	}
	spaces := ""
	if namespaces > 0 {
		spaces = strconv.Itoa(namespaces)
	}
	o.table.texts(resource, strconv.Itoa(items), spaces)
}

// Add shows an object.
func (o *Objects) Add(key layout.ItemKey, v *object.Value) error {
	o.n++
	switch o.format {
	case Table, Wide:
		o.row(key, v)
	case Name:
		o.page.line(plain, itemName(key.Resource, "", key.Name))
	case JSON:
		return o.addJSON(v)
	case YAML:
		o.addYAML(v)
	default:
		return o.path.add(v)
	}
	return nil
}

func (o *Objects) row(key layout.ItemKey, v *object.Value) {
	if o.n == 1 {
		o.table.header(o.columns("NAMESPACE", "RESOURCE", "NAME", "CREATED", "VERSION", "OWNER", "LABELS")...)
	}
	o.table.texts(o.columns(orDash(key.Namespace), key.Resource, key.Name, orDash(v.Get("metadata", "creationTimestamp").Str()),
		v.APIVersion(), orDash(owner(v)), orDash(labelText(v)))...)
}

// columns leaves out what the format does not show: the namespace where all are in one, and what is only wide.
func (o *Objects) columns(texts ...string) []string {
	if o.format == Table {
		texts = texts[:4]
	}
	if o.inOne {
		texts = texts[1:]
	}
	return texts
}

func owner(v *object.Value) string {
	var names []string
	for _, ref := range v.Get("metadata", "ownerReferences").Elements() {
		names = append(names, ref.Get("kind").Str()+"/"+ref.Get("name").Str())
	}
	return strings.Join(names, ",")
}

func labelText(v *object.Value) string {
	var pairs []string
	for key, value := range v.Labels() {
		pairs = append(pairs, key+"="+value)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}

func (o *Objects) addJSON(v *object.Value) error {
	prefix := ""
	if !o.one {
		prefix = "        "
		o.raw(o.between("{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n"+prefix, ",\n"+prefix))
	}
	var text bytes.Buffer
	if err := json.Indent(&text, object.Printable(v.JSON()), prefix, "    "); err != nil {
		return err
	}
	o.raw(text.String())
	return nil
}

func (o *Objects) addYAML(v *object.Value) {
	text := yamltext.Append(nil, v)
	if o.one {
		o.raw(string(text))
		return
	}
	o.raw(o.between("apiVersion: v1\nitems:\n", ""))
	mark := "- "
	for line := range bytes.Lines(text) {
		if len(line) > 1 {
			o.raw(mark)
		}
		o.raw(string(line))
		mark = "  "
	}
}

// between is what stands before an object: first before the first of them, next before others.
func (o *Objects) between(first, next string) string {
	if o.n == 1 {
		return first
	}
	return next
}

// raw writes text for programs as it is.
func (o *Objects) raw(text string) { _, _ = o.page.out.WriteString(text) }

// Finish shows what was held back.
func (o *Objects) Finish() error {
	switch {
	case o.path != nil:
		if err := o.path.finish(o.page.out, o.one, o.person); err != nil {
			return err
		}
	case o.format == Table, o.format == Wide:
		o.table.write()
	case o.format == JSON:
		o.raw(o.end("{\n    \"apiVersion\": \"v1\",\n    \"items\": [],\n    \"kind\": \"List\"\n}\n", "\n    ],\n    \"kind\": \"List\"\n}\n", "\n"))
	case o.format == YAML:
		o.raw(o.end("apiVersion: v1\nitems: []\nkind: List\n", "kind: List\n", ""))
	}
	return o.page.flush()
}

// end is what closes a List: of none, of some; or what stands behind the one that is in no List.
func (o *Objects) end(none, some, one string) string {
	switch {
	case o.one && o.n == 0:
		return ""
	case o.one:
		return one
	case o.n == 0:
		return none
	}
	return some
}
