package render

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/survey"
)

// SurveyFormats are the choices of -o for many backups.
var SurveyFormats = []string{Table, Name, JSON, JSONL, YAML, JUnit, Markdown}

// Survey shows what came of many backups, as they come where it can, and closes with the totals. The end is that of a share,
// nil for all backups.
type Survey interface {
	Result(*survey.Result) error
	Finish(*survey.Totals, *survey.End) error
}

// NewSurvey returns the survey of a command in one of SurveyFormats.
func NewSurvey(format string, out io.Writer, command string, style Style) Survey {
	switch format {
	case JSONL:
		return &surveyLines{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder()}
	case JSON, YAML:
		return newSurveyDocument(out, format, command)
	case Name:
		return &surveyNames{newPage(out, Style{})}
	case JUnit:
		return newSurveyJUnit(out, command)
	case Markdown:
		return &surveyMarkdown{out: out, command: command}
	}
	return newSurveyTable(newPage(out, style), command)
}

// TotalsLine says in one line how a survey came out.
func TotalsLine(t *survey.Totals) string {
	text := Count(t.Backups, "backup") + ": " + strconv.Itoa(t.Codes[0]) + " fine"
	if n := t.Codes[3]; n > 0 {
		text += ", " + strconv.Itoa(n) + " with findings"
	}
	if n := t.Codes[1]; n > 0 {
		text += ", " + strconv.Itoa(n) + " not readable"
	}
	return text + "; " + Found(&report.Summary{Errors: t.Errors, Warnings: t.Warnings, Notices: t.Notes, Accepted: t.Accepted})
}

// verifyCommand is the command whose results are those of a verification.
const verifyCommand = "verify"

func ofVerify(command string) bool { return command == verifyCommand }

// surveyTable has a row for each backup; below it stands what cannot be read, and what was found, by id.
type surveyTable struct {
	page    *page
	rows    *table
	verify  bool
	unread  []string
	exhibit map[string]*exhibit
}

// exhibit are the backups that have a finding, the first ones by name.
type exhibit struct {
	total, backups int
	first          []string
}

func newSurveyTable(p *page, command string) *surveyTable {
	t := &surveyTable{page: p, verify: ofVerify(command), exhibit: map[string]*exhibit{}}
	t.rows = &table{page: p, right: map[int]bool{3: true, 4: true, 5: true, 6: true, 7: true}, fits: true}
	if t.verify {
		t.rows.header("BACKUP", "CREATED", "RESULT", "ITEMS", "SIZE", "DAMAGE", "FAILED")
	} else {
		t.rows.header("BACKUP", "CREATED", "RESULT", "ITEMS", "FAIL", "ERR", "WARN", "LOST")
	}
	return t
}

// Result implements Survey.
func (t *surveyTable) Result(r *survey.Result) error {
	t.rows.add(t.row(r)...)
	if r.Error != "" {
		t.unread = append(t.unread, r.Backup+": "+r.Error)
	}
	for id, n := range r.Findings {
		e := tally(t.exhibit, id)
		e.total += n
		if e.backups++; len(e.first) < maxExamples {
			e.first = append(e.first, r.Backup)
		}
	}
	return nil
}

func (t *surveyTable) row(r *survey.Result) []cell {
	word, i := resultWord(r)
	row := []cell{{text: r.Backup}, {text: moment(r.Created, false)}, {word, i}}
	if r.Error != "" {
		return row
	}
	if t.verify {
		return append(row, cell{text: strconv.Itoa(r.Items)}, cell{text: Bytes(r.Bytes)}, cell{text: strconv.Itoa(r.Errors)}, cell{text: strconv.Itoa(r.Failed)})
	}
	lost := 0
	if r.Data != nil {
		lost = r.Data.Fates[report.DataLost]
	}
	failed := r.Outcomes[report.Fail] + r.Outcomes[report.Refused]
	return append(row, cell{text: strconv.Itoa(r.Items)}, inkedCount(failed, bad), inkedCount(r.Errors, bad), inkedCount(r.Warnings, caution), inkedCount(lost, bad))
}

func inkedCount(n int, i ink) cell {
	if n == 0 {
		i = plain
	}
	return cell{strconv.Itoa(n), i}
}

// resultWord says how one backup came out.
func resultWord(r *survey.Result) (string, ink) {
	switch {
	case r.Error != "":
		return "not readable", bad
	case r.Code != 0 && ofVerify(r.Command):
		return "damaged", bad
	case r.Code != 0:
		return "findings", bad
	}
	return "fine", good
}

// Finish implements Survey.
func (t *surveyTable) Finish(totals *survey.Totals, _ *survey.End) error {
	t.rows.write()
	if len(t.unread) > 0 {
		t.page.section(bad, "NOT READABLE")
		for _, line := range t.unread {
			t.page.hanging(plain, 2, 4, line)
		}
	}
	for n, id := range exhibited(t.exhibit) {
		if n == 0 {
			t.page.section(strong, "FOUND")
		}
		t.page.hanging(plain, 2, 4, id+" ×"+strconv.Itoa(t.exhibit[id].total)+" "+t.exhibit[id].in())
	}
	t.page.gap()
	t.page.wrapped(strong, 0, 2, TotalsLine(totals))
	return t.page.flush()
}

// in names the backups.
func (e *exhibit) in() string {
	return "in " + Count(e.backups, "backup") + ": " + someOf(e.first, e.backups)
}

// exhibited are the ids, those of the most backups first.
func exhibited(all map[string]*exhibit) []string {
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(cmp.Compare(all[b].backups, all[a].backups), cmp.Compare(a, b))
	})
}

// surveyNames are the names of the backups that are not fine.
type surveyNames struct{ page *page }

// Result implements Survey.
func (n *surveyNames) Result(r *survey.Result) error {
	if r.Code != 0 {
		n.page.line(plain, r.Backup)
	}
	return nil
}

// Finish implements Survey.
func (n *surveyNames) Finish(*survey.Totals, *survey.End) error { return n.page.flush() }

// surveyLines is a backup a line; the report of a share has one more, which says that it is complete.
type surveyLines struct {
	out    *bufio.Writer
	encode *encoder
}

// Result implements Survey. What is known is handed over at once: a run of hours can be followed.
func (l *surveyLines) Result(r *survey.Result) error {
	if err := l.line(r); err != nil {
		return err
	}
	return l.out.Flush()
}

func (l *surveyLines) line(v any) error {
	text, err := l.encode.text(v)
	if err != nil {
		return err
	}
	_, _ = l.out.Write(text)
	return l.out.WriteByte('\n')
}

// Finish implements Survey.
func (l *surveyLines) Finish(_ *survey.Totals, end *survey.End) error {
	if end != nil {
		if err := l.line(end); err != nil {
			return err
		}
	}
	return l.out.Flush()
}

// surveyHead begins the document of a survey.
type surveyHead struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Command    string `json:"command"`
}

// surveyDocument is one document: JSON as the backups come, YAML at the end.
type surveyDocument struct {
	*stream
	yaml    bool
	whole   io.Writer
	head    surveyHead
	results []*survey.Result
}

func newSurveyDocument(out io.Writer, format, command string) *surveyDocument {
	d := &surveyDocument{stream: newStream(bufio.NewWriterSize(out, 64<<10)), yaml: format == YAML, whole: out, head: surveyHead{apiVersion, "BackupSurvey", command}}
	d.begin = func() error { return d.stream.head(d.head, "backups") }
	return d
}

// Result implements Survey.
func (d *surveyDocument) Result(r *survey.Result) error {
	if d.yaml {
		d.results = append(d.results, r)
		return nil
	}
	return d.add(r)
}

// Finish implements Survey.
func (d *surveyDocument) Finish(totals *survey.Totals, _ *survey.End) error {
	if d.yaml {
		return document(d.whole, YAML, struct {
			surveyHead
			Backups []*survey.Result `json:"backups"`
			Totals  *survey.Totals   `json:"totals"`
		}{d.head, d.results, totals})
	}
	if err := d.endWith("totals", totals); err != nil {
		return err
	}
	return d.out.Flush()
}

// surveyMarkdown is a summary for a comment or the summary of a job, and names what is not fine.
type surveyMarkdown struct {
	out     io.Writer
	command string
	rows    []string
	more    int
	exhibit map[string]*exhibit
}

// Result implements Survey.
func (m *surveyMarkdown) Result(r *survey.Result) error {
	const shown = 200 // within the length of a comment
	for id, n := range r.Findings {
		if m.exhibit == nil {
			m.exhibit = map[string]*exhibit{}
		}
		e := tally(m.exhibit, id)
		e.total += n
		e.backups++
	}
	switch {
	case r.Code == 0:
	case len(m.rows) == shown:
		m.more++
	default:
		word, _ := resultWord(r)
		m.rows = append(m.rows, fmt.Sprintf("| %s | %s | %s |\n", tableCell(r.Backup), word, shortened(marked(cmp.Or(r.Error, ids(r.Failing))), 160)))
	}
	return nil
}

// ids counts findings by id.
func ids(counts map[string]int) string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, id+" ×"+strconv.Itoa(counts[id]))
	}
	return strings.Join(parts, ", ")
}

// Finish implements Survey.
func (m *surveyMarkdown) Finish(totals *survey.Totals, _ *survey.End) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s of %s\n\n%s.\n", m.command, Count(totals.Backups, "backup"), marked(TotalsLine(totals)))
	if len(m.rows) > 0 {
		b.WriteString("\n| backup | result | why |\n|---|---|---|\n" + strings.Join(m.rows, ""))
	}
	if m.more > 0 {
		b.WriteString("\n… and " + Count(m.more, "more backup") + "\n")
	}
	if len(m.exhibit) > 0 {
		b.WriteString("\n| finding | found | in backups |\n|---|--:|--:|\n")
	}
	for _, id := range exhibited(m.exhibit) {
		fmt.Fprintf(&b, "| [%s](%s#%s) | %d | %d |\n", id, findingsPage, anchor(id), m.exhibit[id].total, m.exhibit[id].backups)
	}
	_, err := io.WriteString(m.out, b.String())
	return err
}
