package report

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
)

// Record adds what a step changed, with the values before and after if they are wanted.
func (i *Item) Record(by string, changes []object.Change, values bool) {
	i.Changes = AppendChanges(i.Changes, by, changes, values)
}

// AppendChanges adds changes to a list, with the values before and after if they are wanted.
func AppendChanges(list []Change, by string, changes []object.Change, values bool) []Change {
	for _, c := range changes {
		change := Change{By: by, Op: string(c.Op), Path: c.Path}
		if values && c.Old != nil {
			change.Old = c.Old.JSON()
		}
		if values && c.New != nil {
			change.New = c.New.JSON()
		}
		list = append(list, change)
	}
	return list
}

// Note adds what an action remarks.
func (i *Item) Note(by string, notes []actions.Note) {
	for _, n := range notes {
		switch n.Level {
		case actions.Warning:
			i.Warnings = append(i.Warnings, Finding{ID: n.ID, Severity: Warning, By: by, Path: n.Path, Message: n.Text, Unless: n.Unless})
		case actions.Notice:
			i.Notices = append(i.Notices, Finding{ID: n.ID, Severity: Notice, By: by, Path: n.Path, Message: n.Text})
		default:
			i.Notes = append(i.Notes, Note{By: by, Path: n.Path, Text: n.Text, Keeps: n.Keeps})
		}
	}
}

// Fail makes the item one that an error keeps out.
func (i *Item) Fail(id, path string, err error) {
	i.Error(id, path, err.Error())
	i.Outcome, i.Reason = Fail, err.Error()
}
