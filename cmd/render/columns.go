package render

// cell is one field of a table.
type cell struct {
	text string
	ink  ink
}

// table writes rows in columns. It holds back a number of rows to find the widths, which then only ever grow, so that a
// table of any length takes little memory.
type table struct {
	page   *page
	right  map[int]bool // columns of numbers
	fits   bool         // the first column is narrowed so that rows are as wide as the page; the others must be short
	indent string
	widths []int
	rows   [][]cell
}

// shortest is what is left of a column that is shortened.
const shortest = 20

// heldBack is how many rows are seen before the first is written.
const heldBack = 500

const gap = "  "

func (t *table) add(row ...cell) {
	t.rows = append(t.rows, row)
	if len(t.rows) >= heldBack {
		t.write()
	}
}

// texts adds a row without colours.
func (t *table) texts(row ...string) {
	cells := make([]cell, len(row))
	for i, text := range row {
		cells[i].text = text
	}
	t.add(cells...)
}

func (t *table) header(names ...string) {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i] = cell{name, strong}
	}
	t.add(row...)
}

// write writes the rows held back.
func (t *table) write() {
	for _, row := range t.rows {
		t.measure(row)
	}
	if t.fits {
		t.fit()
	}
	for _, row := range t.rows {
		if t.fits {
			t.fitRow(row)
		}
		t.writeRow(row)
	}
	t.rows = t.rows[:0]
}

// fitRow makes the first cell as narrow as its column: cut on a terminal; on a line of its own in a file or a pipe, where no
// name is cut.
func (t *table) fitRow(row []cell) {
	if t.page.cuts || runes(row[0].text) <= t.widths[0] {
		row[0].text = shortened(row[0].text, t.widths[0])
		return
	}
	t.page.put(plain, t.indent)
	t.page.line(row[0].ink, row[0].text)
	row[0].text = ""
}

// fit narrows the first column.
func (t *table) fit() {
	width := runes(t.indent)
	for i := range t.widths {
		width += t.widths[i]
		if i > 0 {
			width += len(gap)
		}
	}
	if over := width - t.page.width; over > 0 {
		t.widths[0] = max(shortest, t.widths[0]-over)
	}
}

// measure widens the columns; the last one needs no width unless it is of numbers, or the table has to fit.
func (t *table) measure(row []cell) {
	for i, c := range row {
		if i == len(t.widths) {
			t.widths = append(t.widths, 0)
		}
		if i < len(row)-1 || t.right[i] || t.fits {
			t.widths[i] = max(t.widths[i], runes(c.text))
		}
	}
}

func (t *table) writeRow(row []cell) {
	last := len(row) - 1
	for last > 0 && row[last].text == "" {
		last--
	}
	t.page.put(plain, t.indent)
	for i, c := range row[:last+1] {
		fill := padded("", t.widths[i]-runes(c.text))
		switch {
		case t.right[i]:
			t.page.put(plain, fill)
			t.page.put(c.ink, c.text)
		case i == last:
			t.page.put(c.ink, c.text)
		default:
			t.page.put(c.ink, c.text)
			t.page.put(plain, fill)
		}
		if i < last {
			t.page.put(plain, gap)
		}
	}
	t.page.end()
}
