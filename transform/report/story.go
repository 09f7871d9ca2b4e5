package report

import (
	"bytes"
	"slices"
)

// Story is everything that happens to one item of a backup in a restore.
type Story struct {
	Resource  string   `json:"resource"`
	Namespace string   `json:"namespace,omitempty"` // in the backup
	Name      string   `json:"name"`                // in the backup
	LeftOut   string   `json:"leftOut,omitempty"`   // which filter leaves it out; there is nothing else to tell then
	Selected  []Note   `json:"selected,omitempty"`  // why it is selected, and when
	Steps     []Step   `json:"steps,omitempty"`     // in order
	Idle      []Note   `json:"idle,omitempty"`      // actions of its resource that did not run, and why
	Items     int      `json:"items"`               // lines of the whole plan
	Item      *Item    `json:"item,omitempty"`      // how it ends; changes, actions and notes stand in the steps
	Brings    []string `json:"brings,omitempty"`    // items that its actions ask for and that come before it

	Verdict  string    `json:"verdict,omitempty"`  // of the whole restore
	Findings []Finding `json:"findings,omitempty"` // of the whole plan, that name the item
	Volumes  []Volume  `json:"volumes,omitempty"`  // of the volume plan, that the item is part of
}

// Step is what one stage or action does to an item.
type Step struct {
	By      string   `json:"by"`
	Does    string   `json:"does,omitempty"` // in words, whatever the item is
	Changes []Change `json:"changes,omitempty"`
	Notes   []Note   `json:"notes,omitempty"`
}

// Clone copies the item with all that it refers to, so that it stays valid.
func (i *Item) Clone() *Item {
	c := *i
	c.Actions, c.Notes = slices.Clone(i.Actions), slices.Clone(i.Notes)
	c.Notices, c.Warnings, c.Errors = slices.Clone(i.Notices), slices.Clone(i.Warnings), slices.Clone(i.Errors)
	c.Patch, c.Status, c.Object = bytes.Clone(i.Patch), bytes.Clone(i.Status), bytes.Clone(i.Object)
	c.Changes = slices.Clone(i.Changes)
	for n := range c.Changes {
		c.Changes[n].Old, c.Changes[n].New = bytes.Clone(c.Changes[n].Old), bytes.Clone(c.Changes[n].New)
	}
	return &c
}
