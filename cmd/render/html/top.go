package html

import "github.com/veltx/veltx/transform/report"

// Top is what people read first.
type Top struct {
	Backup           string
	Facts            []Fact
	Items            int
	Outcomes         []Outcome
	Errors, Warnings int
	Findings         []Group
	Steps            []Step
	Rules            []report.ModifierRule
	Volumes          []Method
	Without          int // items whose diffs are left out
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
