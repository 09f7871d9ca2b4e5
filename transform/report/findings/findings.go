// Package findings is the catalogue of what veltx may find: a stable id for each sort of finding, its weight, what it
// means and how to mend it. docs/FINDINGS.md is made from it.
//
// An id never changes its meaning and is never given to another finding: baselines, --fail-on and the rules of other
// programs name it.
package findings

import (
	"slices"
	"strings"

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

// Areas lists the areas with their titles.
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
	Title    string          `json:"title"`    // in a few words
	Meaning  string          `json:"meaning"`
	Remedy   string          `json:"remedy"`
}

// All lists the catalogue: area by area, each sorted by id.
func All() []Entry {
	var all []Entry
	for _, table := range []struct {
		area    Area
		entries []Entry
	}{{Restore, slices.Concat(ofItems, ofPlan, ofOptions, ofVolumes)}, {Backup, ofBackup}, {Delete, ofDeletion}, {Damage, ofDamage}} {
		sorted := slices.Clone(table.entries)
		slices.SortFunc(sorted, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
		for i := range sorted {
			sorted[i].Area = table.area
			if sorted[i].Severity == "" {
				sorted[i].Severity = report.Warning
			}
			if table.area == Damage {
				sorted[i].Severity = report.Error
			}
		}
		all = append(all, sorted...)
	}
	return all
}

// In lists the entries of one area.
func In(area Area) []Entry {
	return slices.DeleteFunc(All(), func(e Entry) bool { return e.Area != area })
}

// Lookup finds an entry by its id; one that several areas have is that of the first.
func Lookup(id string) (Entry, bool) {
	all := All()
	i := slices.IndexFunc(all, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, false
	}
	return all[i], true
}

// RemediesOf is Remedies where those of one area go before those of the others.
func RemediesOf(area Area) map[string]string {
	remedies := Remedies()
	for _, e := range In(area) {
		remedies[e.ID] = e.Remedy
	}
	return remedies
}

// Remedies says by id how to mend each finding of a restore, a backup or a deletion.
func Remedies() map[string]string {
	remedies := map[string]string{}
	for _, e := range slices.Backward(All()) {
		if e.Area != Damage {
			remedies[e.ID] = e.Remedy
		}
	}
	return remedies
}
