package report

// Parts are parts of an Item that cost something to work out. A sink may say which of them it never looks at.
type Parts uint8

// The parts.
const (
	Changes Parts = 1 << iota // Item.Changes
	Values                    // Old and New of each change
	Objects                   // Item.Object and Item.Status
)

// Has says that all of the other parts are among them.
func (p Parts) Has(others Parts) bool { return p&others == others }
