package report

// BackupOutcome is what becomes of an item in a backup.
type BackupOutcome string

// The outcomes of a backup.
const (
	Include  BackupOutcome = "include" // it is in the backup
	LeaveOut BackupOutcome = "skip"    // it was asked for and is left out
	FailItem BackupOutcome = "fail"    // an error keeps it out
)

// Why an item came into question.
const (
	WhySelected   = "selected"        // the filters take it
	WhyAdditional = "additional-item" // a backup item action of another item asks for it
	WhyBlock      = "item-block"      // an item block action puts it into one block with another item
	WhyDefinition = "definition"      // the CustomResourceDefinition of a custom resource in the backup
)

// BackupItem is one line of a backup's plan, in the order in which Velero writes items: what an item asks for comes
// before it.
type BackupItem struct {
	Order     int           `json:"order"`
	Outcome   BackupOutcome `json:"outcome"`
	Resource  string        `json:"resource"`
	Version   string        `json:"version,omitempty"`
	Namespace string        `json:"namespace,omitempty"`
	Name      string        `json:"name"`
	Why       string        `json:"why"`
	Reason    string        `json:"reason,omitempty"`    // in words: what selects it, or why it is left out
	BroughtBy string        `json:"broughtBy,omitempty"` // the item that asks for it
	Action    string        `json:"action,omitempty"`    // the action of that item
	Block     int           `json:"block,omitempty"`     // the item block that it is backed up in
	Actions   []string      `json:"actions,omitempty"`   // that ran on it, in order
	Changes   []Change      `json:"changes,omitempty"`
	Notes     []Note        `json:"notes,omitempty"`
	Warnings  []Finding     `json:"warnings,omitempty"`
	Errors    []Finding     `json:"errors,omitempty"`

	Body []byte `json:"-"` // of an included item, as it goes into the backup
}

// BackupSink takes the items in order. The item and what it refers to is valid until BackupItem returns.
type BackupSink interface {
	BackupItem(*BackupItem) error
}

// BackupSinkFunc is a function as a BackupSink.
type BackupSinkFunc func(*BackupItem) error

// BackupItem implements BackupSink.
func (f BackupSinkFunc) BackupItem(i *BackupItem) error { return f(i) }

// BackupSummary closes the plan of a backup.
type BackupSummary struct {
	Items    int                   `json:"items"` // lines of the plan
	Outcomes map[BackupOutcome]int `json:"outcomes"`
	Why      map[string]int        `json:"why"` // of included items
	Warnings int                   `json:"warnings"`
	Errors   int                   `json:"errors"`
	Accepted int                   `json:"accepted,omitempty"` // of both, those that a baseline has
	LeftOut  LeftOut               `json:"leftOut"`
	Findings []Finding             `json:"findings,omitempty"` // that belong to no single item
}

// Count adds an item to the summary.
func (s *BackupSummary) Count(i *BackupItem) {
	s.Items++
	s.Outcomes[i.Outcome]++
	if i.Outcome == Include {
		s.Why[i.Why]++
	}
	s.Warnings += len(i.Warnings)
	s.Errors += len(i.Errors)
}

// Find adds a finding that belongs to no single item.
func (s *BackupSummary) Find(severity Severity, id, message string) {
	s.Findings = append(s.Findings, Finding{ID: id, Severity: severity, Message: message})
	if severity == Error {
		s.Errors++
	} else {
		s.Warnings++
	}
}
