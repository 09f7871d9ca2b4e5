package html

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/tarball/object"
)

// A block ends with so many items, or with the item that fills it up to so many bytes: it is unpacked as a whole.
const (
	blockItems = 512
	blockBytes = 256 << 10
)

// Item is what the list shows of an item, and what filters look at.
type Item struct {
	Outcome   string
	Resource  string
	Namespace string
	Name      string
	Steps     []string // actions and stages that ran on it or changed it
	Changes   int
	Reason    string
	Version   string
	Key       string // how BroughtBy of others names it
	BroughtBy string
	Findings  []Finding
}

// Finding is something that is to be known about an item.
type Finding struct{ Severity, ID, Text string }

// Details are what is shown when an item is opened.
type Details struct {
	Original string      `json:"original,omitempty"` // its name in the backup, if it has another one now
	Diff     string      `json:"diff,omitempty"`     // unified, from its first @@ on
	Cut      int         `json:"cut,omitempty"`      // lines that the diff has more
	NoDiff   string      `json:"noDiff,omitempty"`   // why there is none
	Changes  [][3]string `json:"changes,omitempty"`  // step, operation, path
	Notes    [][3]string `json:"notes,omitempty"`    // step, field, text
	Patch    string      `json:"patch,omitempty"`    // YAML
	Status   string      `json:"status,omitempty"`   // YAML
	LeftOut  bool        `json:"-"`                  // the page was full: there is no diff, and NoDiff says so
}

// defaultRoom is enough for the details of some 200,000 items.
const defaultRoom = 64 << 20

// Page is a report that is being written.
type Page struct {
	Room int64 // bytes for details, packed; the diffs of items that come when it is used up are left out

	out     *bufio.Writer
	clean   func(string) string
	title   string
	begun   bool
	words   words
	rows    []byte
	details bytes.Buffer
	items   int // in the block
	packer  *gzip.Writer
	packed  measured
	without int // items whose diff is left out
	err     error
}

// measured counts the bytes that go through it.
type measured struct {
	out io.Writer
	n   int64
}

// Write implements io.Writer.
func (m *measured) Write(p []byte) (int, error) {
	m.n += int64(len(p))
	return m.out.Write(p)
}

// New returns a page with nothing on it. Nothing is written before the first item. The function clean makes text
// harmless that people read in the page; the script does the same with the text of items.
func New(out io.Writer, title string, clean func(string) string) *Page {
	p := &Page{
		Room: defaultRoom, out: bufio.NewWriterSize(out, 64<<10), clean: clean, title: title, words: newWords(),
		packer: gzip.NewWriter(io.Discard),
	}
	p.packed.out = p.out
	return p
}

// Full says that there is no more room for diffs. Details that come now need not have any.
func (p *Page) Full() bool { return p.packed.n >= p.Room }

// Add adds an item, in restore order.
func (p *Page) Add(i *Item, d *Details) error {
	p.begin()
	if d.LeftOut {
		p.without++
	}
	row, err := json.Marshal(p.row(i))
	if err != nil {
		return err
	}
	details, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if p.items > 0 {
		p.rows = append(p.rows, ",\n"...)
		p.details.WriteByte(',')
	}
	p.rows = append(p.rows, object.Printable(row)...)
	p.details.Write(details)
	if p.items++; p.items == blockItems || p.details.Len() >= blockBytes {
		p.endBlock()
	}
	return p.err
}

// row is the item as a list whose last members are left out where they are empty; report.js reads it.
func (p *Page) row(i *Item) []any {
	steps := make([]any, len(i.Steps))
	for n, s := range i.Steps {
		steps[n] = p.words.ref(s)
	}
	row := []any{p.words.ref(i.Outcome), p.words.ref(i.Resource), p.words.ref(i.Namespace), i.Name, steps, i.Changes, p.words.ref(i.Version)}
	rest := []any{p.words.ref(i.Reason), i.Key, i.BroughtBy}
	for _, f := range i.Findings {
		rest = append(rest, p.words.ref(f.Severity), p.words.ref(f.ID), p.words.ref(f.Text))
	}
	last := len(rest)
	for last > 0 && (rest[last-1] == 0 || rest[last-1] == "") {
		last--
	}
	return append(row, rest[:last]...)
}

func (p *Page) begin() {
	if p.begun {
		return
	}
	p.begun = true
	p.fill("head", struct{ Title, Policy string }{p.title, policy})
	p.put("<style>", style, "</style>\n</head>\n<body>\n")
}

// endBlock writes the items that are held back.
func (p *Page) endBlock() {
	if p.items == 0 {
		return
	}
	p.put(`<script type="application/json" class="rows">[`, string(p.rows), "]</script>\n", `<script type="text/plain" class="details">`)
	encode := base64.NewEncoder(base64.StdEncoding, &p.packed)
	p.packer.Reset(encode)
	for _, part := range [][]byte{[]byte("["), p.details.Bytes(), []byte("]")} {
		_, err := p.packer.Write(part)
		p.failed(err)
	}
	p.failed(p.packer.Close())
	p.failed(encode.Close())
	p.put("</script>\n")
	p.rows, p.items = p.rows[:0], 0
	p.details.Reset()
}

// Finish closes the page with what people read first.
func (p *Page) Finish(top *Top) error {
	p.begin()
	p.endBlock()
	top.Without = p.without
	list, err := json.Marshal(p.words.list)
	p.failed(err)
	p.put(`<script type="application/json" id="words">`, string(object.Printable(list)), "</script>\n")
	plan, err := json.Marshal(top.Plan)
	p.failed(err)
	p.put(`<script type="application/json" id="named">`, string(object.Printable(plan)), "</script>\n")
	p.fill("top", top)
	p.put("<script>", script, "</script>\n</body>\n</html>\n")
	p.failed(p.out.Flush())
	return p.err
}

// fill writes one of the templates, made harmless line by line.
func (p *Page) fill(name string, data any) {
	var text bytes.Buffer
	p.failed(shell.ExecuteTemplate(&text, name, data))
	for line := range bytes.Lines(text.Bytes()) {
		p.put(p.clean(string(bytes.TrimSuffix(line, []byte("\n")))), "\n")
	}
}

func (p *Page) put(texts ...string) {
	for _, text := range texts {
		_, err := p.out.WriteString(text)
		p.failed(err)
	}
}

// failed keeps the first error.
func (p *Page) failed(err error) {
	if p.err == nil {
		p.err = err
	}
}
