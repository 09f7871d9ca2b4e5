package trial

import "github.com/veltx/veltx/transform/report"

// Result is how a file fares on a backup.
type Result interface {
	// Parts are its rules or filters, in their order.
	Parts() []Part
	// Wrong is how many of them are broken, and how many doubtful.
	Wrong() (broken, doubtful int)
}

// Part is a rule or a filter of the file, with what is wrong with it.
type Part struct {
	Class    string // "rule"
	Name     string // "rule 2 (pods)"
	Rule     int    // the number of a rule of resource modifiers
	Policy   string // the place of a policy or one of its filters in their file, "" for a rule
	Findings []report.Finding
}
