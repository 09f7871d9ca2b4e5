package html

import "github.com/veltx/veltx/transform/report"

// Top is what people read first.
type Top struct {
	Verdict          string
	Kind             string // of the verdict: good, caution or bad
	Parts            []Part // what the preview foretells
	Backup           string
	Facts            []Fact
	Items            int
	Outcomes         []Outcome
	Errors, Warnings int
	Lost             int // volumes that come back without their data
	Notes, Accepted  int
	Findings         []Group
	Steps            []Step
	Rules            []report.ModifierRule
	Volumes          []Method
	Without          int // items whose diffs are left out

	Plan []PlanFinding `json:"-"` // of the whole plan, that name items
}

// Part is a section of what a preview foretells.
type Part struct {
	Title string
	Lines []Line
}

// Line is a line of a part, with what stands below it.
type Line struct {
	Text    string
	Kind    string // good, caution, bad, or none
	Below   bool   // it belongs to the line above
	More    []string
	Command string // to be copied whole
}

// PlanFinding is a finding of the whole plan and the items that it names, by their names in the backup.
type PlanFinding struct {
	Severity string   `json:"severity"`
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Items    []string `json:"items"`
	Accepted []string `json:"accepted,omitempty"`
}

// Fact is a line of the headline.
type Fact struct{ Name, Text string }

// Outcome is how many items come out in one way.
type Outcome struct {
	Name string
	Word string // in a count: "31 created"
	N    int
}

// Group are the findings with one id.
type Group struct {
	Severity string
	ID       string
	Total    int
	Messages []string
	More     int // findings that Messages leave out
	Advice   string
	OfItems  bool // some belong to items
}

// Step is what one action or stage changed.
type Step struct {
	By    string
	What  string // "12 services"
	Edits []string
}

// Method are the volumes that come back in one way.
type Method struct {
	Words   string
	Total   int
	Missing int // volumes with data that will be missing
	Volumes []Volume
	More    int // volumes that are left out here
}

// Volume is a line of the volume plan.
type Volume struct {
	Name    string
	Class   string
	Origin  string
	Missing []string
}
