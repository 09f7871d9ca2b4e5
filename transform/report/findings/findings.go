// Package findings is the catalogue of what veltx may find: a stable id for each sort of finding, its weight, what it
// means and how to mend it. catalogue.md is the source of all of it, and docs/FINDINGS.md its copy.
//
// An id never changes its meaning and is never given to another finding: baselines, --fail-on and the rules of other
// programs name it.
package findings

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// Area is the work that a finding comes from.
type Area string

// The areas, in the order in which they are documented.
const (
	Restore Area = "restore" // restore-preview, transform, and what simulates a restore
	Backup  Area = "backup"  // backup-preview, backup
	Delete  Area = "delete"  // delete
	Damage  Area = "damage"  // verify; its findings are all errors
)

// Areas lists the areas with the titles of their sections.
var Areas = []struct {
	Area  Area
	Title string
}{
	{Restore, "Of a restore"},
	{Backup, "Of a backup"},
	{Delete, "Of a deletion"},
	{Damage, "Of damage (`veltx verify`)"},
}

// Entry is one sort of finding.
type Entry struct {
	ID       string          `json:"id"`
	Area     Area            `json:"area"`
	Severity report.Severity `json:"severity"` // the one that it has unless Meaning says otherwise
	Cost     Cost            `json:"cost"`     // what it costs the user
	Title    string          `json:"title"`    // in a few words
	Meaning  string          `json:"meaning"`
	Remedy   string          `json:"remedy"`
}

//go:embed catalogue.md
var document string

// catalogue is read when it is first asked for: most commands never do.
var catalogue = sync.OnceValue(func() (entries []Entry) {
	for _, section := range strings.Split(document, "\n## ")[1:] {
		title, pages, _ := strings.Cut(section, "\n")
		for _, page := range strings.Split(pages, "\n### ")[1:] {
			entries = append(entries, entry(title, page))
		}
	}
	return entries
})

// entry reads a page: a heading, severity, cost and title, the meaning, and the remedy. What is missing stays empty, which a
// test notices.
func entry(section, page string) Entry {
	parts := append(strings.Split(strings.TrimSpace(page), "\n\n"), "", "", "")
	e := Entry{ID: parts[0], Meaning: parts[2], Remedy: strings.TrimPrefix(parts[3], "What to do: ")}
	for _, area := range Areas {
		if area.Title == section {
			e.Area = area.Area
		}
	}
	e.ID = strings.TrimPrefix(e.ID, string(e.Area)+": ")
	weight, title, _ := strings.Cut(strings.TrimPrefix(parts[1], "*"), "*: ")
	severity, cost, _ := strings.Cut(weight, ", ")
	e.Severity, e.Cost, e.Title = report.Severity(severity), Cost(cost), strings.TrimSuffix(title, ".")
	return e
}

// All lists the catalogue: area by area, each sorted by id.
func All() []Entry { return slices.Clone(catalogue()) }

// Near is the id that was probably meant by a word that is none, "" for none.
func Near(word string) string {
	var ids []string
	for _, e := range catalogue() {
		ids = append(ids, e.ID)
	}
	if at := slices.IndexFunc(ids, func(id string) bool { return len(word) > 5 && strings.HasPrefix(id, word) }); at >= 0 {
		return ids[at]
	}
	return layout.Nearest(word, ids)
}

// In lists the entries of one area.
func In(area Area) []Entry {
	return slices.DeleteFunc(All(), func(e Entry) bool { return e.Area != area })
}

// Known says whether an area has a finding of this id.
func Known(id string) bool {
	return slices.ContainsFunc(catalogue(), func(e Entry) bool { return e.ID == id })
}

// remedies are the remedies by area and id; those of no area are of the first that has the id. What is damaged has
// remedies of its own, which are those of nothing else.
var remedies = sync.OnceValue(func() map[[2]string]string {
	byID := map[[2]string]string{}
	for _, e := range slices.Backward(catalogue()) {
		byID[[2]string{string(e.Area), e.ID}] = e.Remedy
		if e.Area != Damage {
			byID[[2]string{"", e.ID}] = e.Remedy
		}
	}
	return byID
})

// Remedy says how to fix a finding: as its area has it, else as the first area that has it.
func Remedy(area Area, id string) string {
	return cmp.Or(remedies()[[2]string{string(area), id}], remedies()[[2]string{"", id}])
}
