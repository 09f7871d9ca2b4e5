package html

import (
	"bufio"
	"bytes"
	"io"
)

// ReferencesHead is what stands above a list of references to namespaces.
type ReferencesHead struct {
	Backup, Source string
	Mappings       string // old:new, with commas
}

// Referrer is an item that refers to namespaces.
type Referrer struct {
	Item       string
	References []Reference
}

// Reference is a line below its item.
type Reference struct {
	Sure, Kind, Path string
	Badge            string // warning for one that stays though its namespace is mapped, create for one that is rewritten
	Namespace        string // as it is called in the backup
	Text             string // "" if it is hidden
	Says             string // what becomes of it
	Times            int
}

// ReferenceCount counts the references to a namespace.
type ReferenceCount struct {
	Namespace, To                        string
	Certain, Likely, Possible, Rewritten int
}

// References is a list of references as one HTML file without a script. Items are written as they come.
type References struct {
	out    *bufio.Writer
	clean  func(string) string
	head   ReferencesHead
	begun  bool
	listed int
	err    error
}

// NewReferences returns a list with nothing on it; clean makes text harmless that people read.
func NewReferences(out io.Writer, head ReferencesHead, clean func(string) string) *References {
	return &References{out: bufio.NewWriterSize(out, 64<<10), clean: clean, head: head}
}

// Add adds an item.
func (r *References) Add(item *Referrer) error {
	r.begin()
	r.listed += len(item.References)
	r.fill("references-item", item)
	return r.err
}

// Finish ends the list with the counts.
func (r *References) Finish(counts []ReferenceCount) error {
	r.begin()
	r.fill("references-end", struct {
		Listed int
		Counts []ReferenceCount
	}{r.listed, counts})
	if err := r.out.Flush(); r.err == nil {
		r.err = err
	}
	return r.err
}

func (r *References) begin() {
	if r.begun {
		return
	}
	r.begun = true
	r.fill("references-head", struct{ Title, Policy string }{"References to namespaces in " + r.head.Backup, policyWithoutScript})
	r.put("<style>" + style + "</style>\n</head>\n<body>\n")
	r.fill("references-top", r.head)
}

// fill writes one of the templates, made harmless line by line.
func (r *References) fill(name string, data any) {
	var text bytes.Buffer
	if err := shell.ExecuteTemplate(&text, name, data); r.err == nil {
		r.err = err
	}
	for line := range bytes.Lines(text.Bytes()) {
		r.put(r.clean(string(bytes.TrimSuffix(line, []byte("\n")))) + "\n")
	}
}

func (r *References) put(text string) {
	if _, err := r.out.WriteString(text); r.err == nil {
		r.err = err
	}
}
