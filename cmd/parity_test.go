package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
)

// parity is the document whose tables of actions are half written by the code: the columns up to veltx. The other four
// are written by hand: Velero, compared, tests, cases.
const parity = "docs/PARITY.md"

// noCase stands for the folder of cases of an action that the real Velero has not judged yet.
const noCase = "none yet"

var (
	actionTable  = regexp.MustCompile(`(?m)^\| velero\.io/… \|.*\n\|[-|]*\|\n((?:\|.*\n)*)`)
	caseCell     = regexp.MustCompile("^`testdata/cases/[a-z-]+`$")
	veleroSource = regexp.MustCompile(`(?:pkg|internal)/[\w/]+\.go:\d+`)
)

// actionRow is the row of an action.
type actionRow struct {
	kind, name string
	spans      [][]span // what the cells say of which versions, for those that the code knows, with kind and name
	hand       []string
}

func (r *actionRow) line() string {
	return "| " + strings.Join(slices.Concat(r.cells(), r.hand), " | ") + " |\n"
}

func TestParityHasTheActionsOfTheCode(t *testing.T) {
	text := read(t, parity)
	tables := actionTable.FindAllStringSubmatchIndex(text, -1)
	kinds := [][]actions.Kind{{actions.RestoreItemAction}, {actions.BackupItemAction, actions.ItemBlockAction, actions.DeleteItemAction}}
	if len(tables) != len(kinds) {
		t.Fatalf("%s has %d tables of actions, want %d", parity, len(tables), len(kinds))
	}
	now := text
	for i, at := range slices.Backward(tables) {
		now = now[:at[2]] + actionRows(t, kinds[i], text[at[2]:at[3]]) + now[at[3]:]
	}
	switch {
	case now == text:
	case os.Getenv("UPDATE_PARITY") == "":
		t.Errorf("the tables of actions in %s are not those of the code; make update writes them:\n%s", parity, firstDifference(text, now))
	default:
		if err := os.WriteFile(filepath.Join(root, parity), []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func firstDifference(before, after string) string {
	old := strings.Split(before, "\n")
	for i, line := range strings.Split(after, "\n") {
		if i >= len(old) || line != old[i] {
			return "want " + line
		}
	}
	return "rows too many"
}

// actionRows is a table as it has to be, with what stands in it by hand.
func actionRows(t *testing.T, kinds []actions.Kind, table string) string {
	t.Helper()
	byHand := map[string][]string{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		byHand[cells[1]+" "+cells[0]] = cells[max(0, len(cells)-4):]
	}
	var out strings.Builder
	for _, row := range rowsOfCode(t, kinds) {
		if hand := byHand[row.kind+" "+row.name]; hand != nil {
			row.hand = hand
		}
		out.WriteString(row.line())
	}
	return out.String()
}

// rowsOfCode are the rows of all actions of the kinds in Velero's order, those of older versions behind. Where versions
// differ, a cell says both.
func rowsOfCode(t *testing.T, kinds []actions.Kind) []actionRow {
	t.Helper()
	var rows []actionRow
	for _, k := range builtin.Kinds() {
		if !slices.Contains(kinds, k.Kind) {
			continue
		}
		minor := ""
		for _, profile := range actions.Profiles() {
			if profile.Minor() == minor {
				continue
			}
			after := minor
			minor = profile.Minor()
			for _, a := range k.In(profile) {
				row := rowOf(t, k.Kind, profile, a)
				i := slices.IndexFunc(rows, func(r actionRow) bool { return r.kind == row.kind && r.name == row.name })
				if i < 0 {
					rows = append(rows, row)
					continue
				}
				rows[i].merge(row, after)
			}
		}
	}
	return rows
}

func rowOf(t *testing.T, kind actions.Kind, profile actions.Profile, a actions.Action) actionRow {
	t.Helper()
	name, of := strings.TrimPrefix(a.Name, "velero.io/"), kindInWords[kind]
	file := fileOf(t, kind, name, a)
	in := ""
	if a.Feature != "" {
		in += ", " + a.Feature
	}
	if a.Unless != "" {
		in += " without " + a.Unless
	}
	applies := strings.Join(a.AppliesTo.Resources, ", ")
	if a.AppliesTo.LabelSelector != "" {
		applies += " with " + a.AppliesTo.LabelSelector
	}
	needs := "nothing"
	if len(a.Needs) > 0 {
		needs = strings.Join(a.Needs, ", ")
	}
	archive := "no"
	if a.Archive {
		archive = "yes"
	}
	var spans [][]span
	for _, text := range []string{name, of, in, applies, needs, archive, "`" + file + "`"} {
		spans = append(spans, []span{{text, profile.Minor(), profile.Minor()}})
	}
	return actionRow{
		kind: of, name: name, spans: spans,
		hand: []string{sourceIn(read(t, file)), "not yet", testsBeside(t, file), noCase},
	}
}

var kindInWords = map[actions.Kind]string{
	actions.RestoreItemAction: "restore", actions.BackupItemAction: "backup", actions.ItemBlockAction: "item block", actions.DeleteItemAction: "delete",
}

// span is what a cell says of consecutive minor versions.
type span struct{ text, newest, oldest string }

// merge adds the row of the profile before, which is older.
func (r *actionRow) merge(older actionRow, after string) {
	for i, cell := range older.spans {
		last := &r.spans[i][len(r.spans[i])-1]
		if last.text == cell[0].text && last.oldest == after {
			last.oldest = cell[0].oldest
			continue
		}
		r.spans[i] = append(r.spans[i], cell[0])
	}
}

// cells are the cells with what they say of older versions.
func (r *actionRow) cells() []string {
	out := make([]string, len(r.spans))
	for i, spans := range r.spans {
		var parts []string
		said := map[string]bool{}
		for n, s := range spans {
			versions := s.newest
			if s.oldest != s.newest {
				versions = s.oldest + " to " + s.newest
			}
			switch {
			case i == 2:
				parts = append(parts, versions+s.text)
			case n == 0:
				parts = append(parts, s.text)
			case s.text != spans[n-1].text || !said[s.text]:
				parts = append(parts, "in "+versions+" "+s.text)
			}
			said[s.text] = true
		}
		out[i] = strings.Join(parts, "; ")
	}
	return out
}

// fileOf is the file of an action: the one that is named after it, else where what it does is.
func fileOf(t *testing.T, kind actions.Kind, name string, a actions.Action) string {
	t.Helper()
	named := strings.ReplaceAll(name, "-", "_") + ".go"
	file := map[actions.Kind]string{
		actions.RestoreItemAction: "actions/restore/", actions.BackupItemAction: "actions/backup/",
		actions.ItemBlockAction: "actions/backup/block_", actions.DeleteItemAction: "actions/delete/",
	}[kind] + named
	if exists(t, file) {
		return file
	}
	execute := runtime.FuncForPC(reflect.ValueOf(a.Execute).Pointer())
	where, _ := execute.FileLine(execute.Entry())
	at := strings.LastIndex(where, "actions/")
	if at < 0 || !exists(t, where[at:]) {
		t.Fatalf("%s: there is no file %s, after which the action is named", a.Name, file)
	}
	return where[at:]
}

// sourceIn is where the comment of an action says that Velero's is.
func sourceIn(text string) string {
	if source := veleroSource.FindString(text); source != "" {
		return "`" + source + "`"
	}
	return "none"
}

// testsBeside are the tests in the file beside an action's.
func testsBeside(t *testing.T, file string) string {
	t.Helper()
	beside := strings.TrimSuffix(file, ".go") + "_test.go"
	if !exists(t, beside) {
		return "none"
	}
	var names []string
	for _, match := range testFunc.FindAllStringSubmatch(read(t, beside), -1) {
		names = append(names, fmt.Sprintf("`%s`", match[1]))
	}
	return strings.Join(names, ", ")
}

func TestParityNamesTheCasesOfEachAction(t *testing.T) {
	for _, at := range actionTable.FindAllStringSubmatch(read(t, parity), -1) {
		for line := range strings.Lines(at[1]) {
			cells := strings.Split(strings.Trim(line, "| \n"), " | ")
			if last := cells[len(cells)-1]; last != noCase && !caseCell.MatchString(last) {
				t.Errorf("%s names no folder of cases for %s, and does not say %q: %s", parity, cells[0], noCase, last)
			}
		}
	}
}
