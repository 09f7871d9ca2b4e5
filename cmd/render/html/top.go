package html

// Top is what people read first.
type Top struct {
	Backup           string
	Facts            []Fact
	Items            int
	Outcomes         []Outcome
	Errors, Warnings int
	Findings         []Group
	Steps            []Step
	Rules            []Rule
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

// Rule is how a rule of the resource modifiers fared.
type Rule struct {
	Index                 int
	Resource              string
	Hits, Patched, Failed int
	FirstError            string
	NearMisses            []string
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
