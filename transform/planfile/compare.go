package planfile

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// Comparison is how a plan differs from an older one.
type Comparison struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Old        string        `json:"old"`
	New        string        `json:"new"`
	Input      []FieldChange `json:"input,omitempty"`
	Options    []FieldChange `json:"options,omitempty"`
	Items      []ItemChange  `json:"items,omitempty"`
}

// FieldChange is a digest of the input, or an option, that is another one.
type FieldChange struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old,omitempty"` // none where there was no such field
	New   json.RawMessage `json:"new,omitempty"`
}

// ItemChange is an item of which something else comes.
type ItemChange struct {
	Change    string   `json:"change"` // added, removed or changed
	Resource  string   `json:"resource"`
	Namespace string   `json:"namespace,omitempty"`
	Name      string   `json:"name"`
	Old       *Becomes `json:"old,omitempty"`
	New       *Becomes `json:"new,omitempty"`
	// Written says that another object, patch or status is written.
	Written bool `json:"written,omitempty"`
}

// Becomes is what becomes of an item.
type Becomes struct {
	Outcome  report.Outcome `json:"outcome"`
	Reason   string         `json:"reason,omitempty"`
	Findings []string       `json:"findings,omitempty"`
}

// The words of ItemChange.Change.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Compare says how a plan differs from an older one: input, options, and item by item. The order of items alone is no
// difference.
func Compare(older, newer *File) (*Comparison, error) {
	c := &Comparison{APIVersion: APIVersion, Kind: "RestorePlanDiff"}
	var err error
	if c.Input, err = changes(members(older.Input.fields()), members(newer.Input.fields())); err != nil {
		return nil, err
	}
	if c.Options, err = changes(fieldsOf(older.Options), fieldsOf(newer.Options)); err != nil {
		return nil, err
	}
	c.items(older.Results, newer.Results)
	return c, nil
}

// Differ says that something is different.
func (c *Comparison) Differ() bool { return len(c.Input)+len(c.Options)+len(c.Items) > 0 }

// fields are the digests by name.
func (i Input) fields() map[string]string {
	all := map[string]string{"digest": i.Digest}
	for name, digest := range i.Files {
		all["files."+name] = digest
	}
	return all
}

// read is the fields of one side, or why there are none.
type read func() (map[string]json.RawMessage, error)

func members(texts map[string]string) read {
	return func() (map[string]json.RawMessage, error) {
		all := map[string]json.RawMessage{}
		for name, text := range texts {
			value, err := json.Marshal(text)
			if err != nil {
				return nil, err
			}
			all[name] = value
		}
		return all, nil
	}
}

func fieldsOf(o Options) read {
	return func() (map[string]json.RawMessage, error) { return fields(o) }
}

func changes(readOld, readNew read) ([]FieldChange, error) {
	older, err := readOld()
	if err != nil {
		return nil, err
	}
	newer, err := readNew()
	if err != nil {
		return nil, err
	}
	var list []FieldChange
	for _, name := range namesOf(older, newer) {
		if !bytes.Equal(older[name], newer[name]) {
			list = append(list, FieldChange{Field: name, Old: older[name], New: newer[name]})
		}
	}
	return list, nil
}

// items compares what becomes of each item. What is new comes in the order of the newer plan, what is gone behind it.
func (c *Comparison) items(older, newer []Result) {
	before := map[layout.Address]*Result{}
	for i := range older {
		before[older[i].where()] = &older[i]
	}
	for i := range newer {
		now := &newer[i]
		was := before[now.where()]
		delete(before, now.where())
		switch {
		case was == nil:
			c.add(Added, now, nil, now)
		case !was.same(now):
			c.add(Changed, now, was, now)
		}
	}
	for i := range older {
		if was := &older[i]; before[was.where()] == was {
			c.add(Removed, was, was, nil)
		}
	}
}

func (c *Comparison) add(change string, of, was, now *Result) {
	item := ItemChange{Change: change, Resource: of.Resource, Namespace: of.Namespace, Name: of.Name, Old: was.becomes(), New: now.becomes()}
	item.Written = change == Changed && was.Digest != now.Digest
	c.Items = append(c.Items, item)
}

func (r *Result) becomes() *Becomes {
	if r == nil {
		return nil
	}
	return &Becomes{Outcome: r.Outcome, Reason: r.Reason, Findings: r.Findings}
}

// same says that the same becomes of an item in both.
func (r *Result) same(other *Result) bool {
	return r.Outcome == other.Outcome && r.Digest == other.Digest && r.Reason == other.Reason && slices.Equal(r.Findings, other.Findings)
}
