package render

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/cmd/render/html"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/restore"
)

// ResourceModifiers is a file of resource modifiers.
const ResourceModifiers = "resource-modifiers"

// ReferenceFormats are the choices of -o for references.
var ReferenceFormats = []string{Table, JSON, JSONL, Markdown, HTML, ResourceModifiers}

// ReferencesHead is what there is to say before the first reference.
type ReferencesHead struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Backup     string            `json:"backup"`
	Source     string            `json:"source"`
	Mappings   map[string]string `json:"namespaceMappings,omitempty"`
}

// ReferenceLine is one reference, and the item that it stands in.
type ReferenceLine struct {
	Resource          string `json:"resource"`
	Namespace         string `json:"namespace,omitempty"` // in the target
	Name              string `json:"name"`
	OriginalNamespace string `json:"originalNamespace,omitempty"`
	references.Reference
	To        string `json:"to,omitempty"`        // what the namespace is called in the target
	Unreached string `json:"unreached,omitempty"` // why no resource modifier rewrites it
}

// ReferenceCount counts the references to one namespace.
type ReferenceCount struct {
	Namespace string `json:"namespace"`
	To        string `json:"to,omitempty"`
	Certain   int    `json:"certain"`
	Likely    int    `json:"likely"`
	Possible  int    `json:"possible"`
	Rewritten int    `json:"rewritten"` // of these, by Velero or the API server
}

// References writes references as they are found.
type References struct {
	format string
	head   ReferencesHead
	out    *bufio.Writer
	encode *encoder // of lines
	stream *stream
	page   *page
	html   *html.References
	shown  references.Sure
	counts map[string]*ReferenceCount
	listed int
}

// NewReferences returns references in one of ReferenceFormats but ResourceModifiers; those that are less sure are only counted.
func NewReferences(format string, out io.Writer, head ReferencesHead, shown references.Sure, style Style) *References {
	head.APIVersion, head.Kind = "veltx.io/v1alpha1", "References"
	r := &References{format: format, head: head, shown: shown, counts: map[string]*ReferenceCount{}}
	switch format {
	case JSON:
		r.out = bufio.NewWriterSize(out, 64<<10)
		r.stream = newStream(r.out)
		r.stream.begin = func() error { return r.stream.head(r.head, "references") }
	case JSONL:
		r.out, r.encode = bufio.NewWriterSize(out, 64<<10), newEncoder()
	case Markdown:
		r.out = bufio.NewWriterSize(out, 64<<10)
	case HTML:
		r.html = html.NewReferences(out, html.ReferencesHead{Backup: head.Backup, Source: head.Source, Mappings: mappings(head.Mappings)}, Clean)
	default:
		r.page = newPage(out, style)
	}
	return r
}

// Add adds the references of an item.
func (r *References) Add(item *restore.Referrer) error {
	first := true
	page := html.Referrer{Item: itemName(item.Key.Resource, item.Key.Namespace, item.Key.Name)}
	for i := range item.References {
		ref := &item.References[i]
		r.count(ref)
		if ref.Sure < r.shown {
			continue
		}
		line := ReferenceLine{
			Resource: item.Key.Resource, Namespace: item.Namespace, Name: item.Key.Name, OriginalNamespace: item.Key.Namespace,
			Reference: *ref, To: r.head.Mappings[ref.Namespace],
		}
		if line.To != "" && line.By == "" {
			line.Unreached = references.Unreached(line.Resource, ref)
		}
		if r.html != nil {
			page.References = append(page.References, htmlReference(&line))
		} else if err := r.add(&line, first); err != nil {
			return err
		}
		r.listed++
		first = false
	}
	if len(page.References) > 0 {
		return r.html.Add(&page)
	}
	return nil
}

// mappings are those of namespaces, sorted.
func mappings(list map[string]string) string {
	var texts []string
	for _, from := range slices.Sorted(maps.Keys(list)) {
		texts = append(texts, from+":"+list[from])
	}
	return strings.Join(texts, ", ")
}

func htmlReference(line *ReferenceLine) html.Reference {
	h := html.Reference{
		Sure: line.Sure.String(), Kind: string(line.Kind), Path: line.Path, Namespace: line.Reference.Namespace, Text: line.Text,
		Says: strings.TrimSpace(says(line)), Times: line.Times,
	}
	switch sureInk(line) {
	case good:
		h.Badge = "create"
	case caution:
		h.Badge = "warning"
	}
	return h
}

func (r *References) count(ref *references.Reference) {
	c := r.counts[ref.Namespace]
	if c == nil {
		c = &ReferenceCount{Namespace: ref.Namespace, To: r.head.Mappings[ref.Namespace]}
		r.counts[ref.Namespace] = c
	}
	switch ref.Sure {
	case references.Certain:
		c.Certain += ref.Times
	case references.Likely:
		c.Likely += ref.Times
	default:
		c.Possible += ref.Times
	}
	if ref.By != "" {
		c.Rewritten += ref.Times
	}
}

func (r *References) add(line *ReferenceLine, first bool) error {
	switch {
	case r.stream != nil:
		return r.stream.add(line)
	case r.encode != nil:
		text, err := r.encode.text(line)
		if err != nil {
			return err
		}
		_, _ = r.out.Write(text)
		return r.out.WriteByte('\n')
	case r.page == nil:
		r.markdownRow(line)
	default:
		r.row(line, first)
	}
	return nil
}

// row is a line below the name of its item.
func (r *References) row(line *ReferenceLine, first bool) {
	if first {
		if r.listed == 0 {
			r.page.fact("Backup", r.head.Backup+" ("+r.head.Source+")")
		}
		r.page.gap()
		r.page.line(strong, itemName(line.Resource, line.OriginalNamespace, line.Name))
	}
	r.page.put(sureInk(line), "  "+padded(line.Sure.String(), 10))
	r.page.put(plain, padded(string(line.Kind), 11)+line.Path)
	r.page.end()
	text := line.Text
	if text == "" {
		text = "(hidden) names " + line.Reference.Namespace
	}
	if line.Times > 1 {
		text += " ×" + strconv.Itoa(line.Times)
	}
	r.page.hanging(faint, 23, 23, text+says(line))
}

func sureInk(line *ReferenceLine) ink {
	switch {
	case line.By != "":
		return good
	case line.Sure == references.Certain && line.To != "":
		return caution
	}
	return plain
}

// says is what becomes of a reference by itself.
func says(line *ReferenceLine) string {
	switch line.By {
	case references.Velero:
		return " (Velero maps it)"
	case references.APIServer:
		return " (the API server sets it)"
	}
	return ""
}

func (r *References) markdownRow(line *ReferenceLine) {
	if r.listed == 0 {
		fmt.Fprintf(r.out, "## References to namespaces in %s\n\n| item | field | kind | sure | text |\n|---|---|---|---|---|\n", code(r.head.Backup))
	}
	text := "(hidden)"
	if line.Text != "" {
		text = code(strings.ReplaceAll(line.Text, "|", "\\|"))
	}
	fmt.Fprintf(r.out, "| %s | %s | %s | %s | %s%s |\n", code(itemName(line.Resource, line.OriginalNamespace, line.Name)), code(line.Path), line.Kind, line.Sure, text, says(line))
}

// Counts are those by namespace, sorted.
func (r *References) Counts() []ReferenceCount {
	list := []ReferenceCount{}
	for _, c := range r.counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b ReferenceCount) int { return strings.Compare(a.Namespace, b.Namespace) })
	return list
}

// Finish ends the list.
func (r *References) Finish() error {
	switch {
	case r.stream != nil:
		if err := r.stream.endWith("namespaces", r.Counts()); err != nil {
			return err
		}
		return r.out.Flush()
	case r.encode != nil:
		return r.out.Flush()
	case r.html != nil:
		var counts []html.ReferenceCount
		for _, c := range r.Counts() {
			counts = append(counts, html.ReferenceCount{
				Namespace: c.Namespace, To: orDash(c.To), Certain: c.Certain, Likely: c.Likely, Possible: c.Possible, Rewritten: c.Rewritten,
			})
		}
		return r.html.Finish(counts)
	case r.page == nil:
		r.markdownCounts()
		return r.out.Flush()
	}
	r.table()
	return r.page.flush()
}

func (r *References) table() {
	r.page.gap()
	t := &table{page: r.page, right: map[int]bool{2: true, 3: true, 4: true, 5: true}}
	t.header("NAMESPACE", "BECOMES", "CERTAIN", "LIKELY", "POSSIBLE", "BY ITSELF")
	for _, c := range r.Counts() {
		t.texts(c.Namespace, orDash(c.To), strconv.Itoa(c.Certain), strconv.Itoa(c.Likely), strconv.Itoa(c.Possible), strconv.Itoa(c.Rewritten))
	}
	t.write()
}

func (r *References) markdownCounts() {
	fmt.Fprint(r.out, "\n| namespace | becomes | certain | likely | possible | by itself |\n|---|---|---|---|---|---|\n")
	for _, c := range r.Counts() {
		fmt.Fprintf(r.out, "| %s | %s | %d | %d | %d | %d |\n", code(c.Namespace), orDash(c.To), c.Certain, c.Likely, c.Possible, c.Rewritten)
	}
}
