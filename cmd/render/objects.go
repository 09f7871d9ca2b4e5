package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// JSONPath is how the format begins that has an expression behind it.
const JSONPath = "jsonpath="

// CustomColumns is how the format begins that has columns behind it: NAME:.metadata.name,...
const CustomColumns = "custom-columns="

// ObjectFormats are the choices of -o for objects, beside JSONPath.
var ObjectFormats = []string{Table, Wide, Name, JSON, YAML}

// Objects shows objects one by one, as kubectl does.
type Objects struct {
	format  string
	one     bool // by itself, in no List
	inOne   bool // all in one namespace, so that no column is needed for it
	counts  bool
	path    *pathPrinter
	custom  []column                            // of -o custom-columns
	last    string                              // the resource of the table
	many    bool                                // more than one resource is asked for
	managed bool                                // managedFields are shown
	at      time.Time                           // as of which ages are told; zero tells the time of creation
	define  func(resource string) *object.Value // the definition of a custom resource, nil for none
	fields  []column                            // of the table
	sortBy  *pathPrinter
	waiting []sortedObject
	person  bool // reads it on a terminal

	page  *page
	table *table
	n     int
}

// NewObjects prepares to show objects in one of ObjectFormats or by a JSONPath: with inOne all are of one namespace, with
// counts a table is to count them only, and with one there is one at most, which stands by itself.
func NewObjects(format string, inOne, counts, one bool) (*Objects, error) {
	o := &Objects{format: format, one: one, inOne: inOne, counts: counts && (format == Table || format == Wide)}
	if list, ok := strings.CutPrefix(format, CustomColumns); ok {
		var err error
		o.custom, err = parseColumns(list)
		return o, err
	}
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

// Of says what the objects are of: the time of the backup, definitions of custom resources; and whether managedFields
// are shown, and more than one resource is asked for.
func (o *Objects) Of(at time.Time, define func(resource string) *object.Value, managed, many bool) {
	o.at, o.define, o.managed, o.many = at, define, managed, many
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

// SortBy has the objects sorted by a field, those of one resource at a time; "" leaves them in their order.
func (o *Objects) SortBy(path string) error {
	if path == "" {
		return nil
	}
	by, err := newPathPrinter(path)
	o.sortBy = by
	return err
}

// sortedObject is an object that waits for its place.
type sortedObject struct {
	key layout.ItemKey
	v   *object.Value
	by  string
}

// Add shows an object, or keeps it until all are known.
func (o *Objects) Add(key layout.ItemKey, v *object.Value) error {
	if o.sortBy != nil {
		o.waiting = append(o.waiting, sortedObject{key, v, o.sortBy.of(v)})
		return nil
	}
	return o.add(key, v)
}

// addSorted shows what was kept.
func (o *Objects) addSorted() error {
	slices.SortStableFunc(o.waiting, func(a, b sortedObject) int {
		return cmp.Or(cmp.Compare(a.key.Resource, b.key.Resource), compareTexts(a.by, b.by))
	})
	for _, w := range o.waiting {
		if err := o.add(w.key, w.v); err != nil {
			return err
		}
	}
	o.waiting = nil
	return nil
}

// compareTexts compares numbers by value, and all else as text.
func compareTexts(a, b string) int {
	x, errA := strconv.ParseFloat(a, 64)
	y, errB := strconv.ParseFloat(b, 64)
	if errA == nil && errB == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

func (o *Objects) add(key layout.ItemKey, v *object.Value) error {
	o.n++
	if !o.managed && (o.format == JSON || o.format == YAML) {
		v.Remove("metadata", "managedFields")
	}
	switch o.format {
	case Table, Wide:
		o.row(key, v)
	case Name:
		o.page.line(plain, kindName(v)+"/"+key.Name)
	case JSON:
		return o.addJSON(v)
	case YAML:
		o.addYAML(v)
	default:
		if o.custom != nil {
			o.customRow(v)
			return nil
		}
		return o.path.add(v)
	}
	return nil
}

// kindName is the kind as kubectl get -o name writes it: deployment.apps.
func kindName(v *object.Value) string {
	name := strings.ToLower(v.ObjectKind())
	if group, _, ok := strings.Cut(v.APIVersion(), "/"); ok {
		name += "." + group
	}
	return name
}

func (o *Objects) customRow(v *object.Value) {
	if o.n == 1 {
		var names []string
		for _, c := range o.custom {
			names = append(names, c.name)
		}
		o.table.header(names...)
	}
	o.table.texts(cells(o.custom, v)...)
}

func cells(columns []column, v *object.Value) []string {
	var texts []string
	for _, c := range columns {
		texts = append(texts, c.of(v))
	}
	return texts
}

// parseColumns reads NAME:.path,... as kubectl takes it.
func parseColumns(list string) ([]column, error) {
	var columns []column
	for _, part := range strings.Split(list, ",") {
		name, path, ok := strings.Cut(part, ":")
		if !ok || name == "" || path == "" {
			return nil, fmt.Errorf("%q is not NAME:.path", part)
		}
		template, err := newPathPrinter(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		columns = append(columns, column{name, template.of, false})
	}
	return columns, nil
}

func (o *Objects) row(key layout.ItemKey, v *object.Value) {
	if o.n == 1 || key.Resource != o.last {
		o.begin(key, v)
	}
	name := key.Name
	if o.many {
		name = kindName(v) + "/" + name
	}
	row := append([]string{name}, cells(o.fields, v)...)
	row = append(row, o.age(v))
	if o.format == Wide {
		row = append(row, v.APIVersion(), orDash(owner(v)), orDash(labelText(v)))
	}
	if !o.inOne && key.Namespace != "" {
		row = append([]string{key.Namespace}, row...)
	}
	o.table.texts(row...)
}

// begin begins the table of a resource, whose columns are its own.
func (o *Objects) begin(key layout.ItemKey, v *object.Value) {
	if o.n > 1 {
		o.table.write()
		o.page.end()
		o.table = &table{page: o.page}
	}
	o.last, o.fields = key.Resource, nil
	columns, known := kubectlColumns[key.Resource]
	if !known && o.define != nil {
		_, version, _ := strings.Cut(v.APIVersion(), "/")
		columns = printerColumns(o.define(key.Resource), version)
	}
	var names []string
	if !o.inOne && key.Namespace != "" {
		names = append(names, "NAMESPACE")
	}
	names = append(names, "NAME")
	for _, c := range columns {
		if o.format == Wide || !c.wide {
			o.fields = append(o.fields, c)
			names = append(names, c.name)
		}
	}
	created := "AGE"
	if o.at.IsZero() {
		created = "CREATED"
	}
	names = append(names, created)
	if o.format == Wide {
		names = append(names, "VERSION", "OWNER", "LABELS")
	}
	o.table.header(names...)
}

// age is how old the object was when it was backed up; where that is not known, when it was created.
func (o *Objects) age(v *object.Value) string {
	text := v.Get("metadata", "creationTimestamp").Str()
	created, err := time.Parse(time.RFC3339, text)
	if err != nil || o.at.IsZero() {
		return orDash(text)
	}
	return duration.HumanDuration(o.at.Sub(created))
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
	if err := o.addSorted(); err != nil {
		return err
	}
	switch {
	case o.path != nil:
		if err := o.path.finish(o.page.out, o.one, o.person); err != nil {
			return err
		}
	case o.format == Table, o.format == Wide, o.custom != nil:
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
