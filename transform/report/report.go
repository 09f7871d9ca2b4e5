// Package report is the model of a preview: what a restore or a backup would do with each item, as data. It knows
// nothing of how it is shown.
package report

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// Outcome is what becomes of an item.
type Outcome string

// The outcomes: the first four are of restores, Include is of backups, and the last two are of both.
const (
	Create  Outcome = "create"  // Velero would POST the object
	Update  Outcome = "update"  // the target has it, and Velero would PATCH it
	Exists  Outcome = "exists"  // the target has it, and Velero would leave it alone
	Refused Outcome = "refused" // Velero would send it, and the target's API server would refuse it
	Include Outcome = "include" // it is in the backup
	Skip    Outcome = "skip"    // Velero would leave it out
	Fail    Outcome = "fail"    // an error keeps it from being restored or backed up
)

// Why an item came into question for a backup.
const (
	WhySelected   = "selected"        // the filters take it
	WhyAdditional = "additional-item" // a backup item action of another item asks for it
	WhyBlock      = "item-block"      // an item block action puts it into one block with another item
	WhyDefinition = "definition"      // the CustomResourceDefinition of a custom resource in the backup
)

// Severity is the weight of a Finding.
type Severity string

// The severities.
const (
	Notice  Severity = "note" // true, and harmless for most
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Finding is something that a user should know before the restore.
type Finding struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	By       string   `json:"by,omitempty"`      // the action or stage that it comes from, as in a Change
	Path     string   `json:"path,omitempty"`    // the field, "spec.ports[0].nodePort"
	Subject  string   `json:"subject,omitempty"` // of a finding of no single item: what it is about, such as a storage class
	Message  string   `json:"message"`
	Items    []string `json:"items,omitempty"`    // of a finding of no single item: the addresses of those it is about, sorted
	Accepted bool     `json:"accepted,omitempty"` // a baseline has it, and each of its items

	AcceptedItems []string `json:"acceptedItems,omitempty"` // of Items, those that a baseline has

	Unless layout.Address `json:"-"` // an object that makes it void if the restore brings it; the zero Address for none
}

// NewItems are the items of a finding that no baseline has.
func (f *Finding) NewItems() []string {
	if len(f.AcceptedItems) == 0 {
		return f.Items
	}
	return slices.DeleteFunc(slices.Clone(f.Items), func(item string) bool {
		_, accepted := slices.BinarySearch(f.AcceptedItems, item)
		return accepted
	})
}

// About says whether a finding of the whole plan is about an item, and whether a baseline has the two.
func (f *Finding) About(item string) (about, accepted bool) {
	if _, about = slices.BinarySearch(f.Items, item); !about {
		return false, false
	}
	_, accepted = slices.BinarySearch(f.AcceptedItems, item)
	return true, f.Accepted || accepted
}

// Change is one difference that one step made to an item.
type Change struct {
	By   string          `json:"by"`   // an action's name, or a stage: metadata-reset, volume-binding, ...
	Op   string          `json:"op"`   // add, remove or replace
	Path string          `json:"path"` // JSON pointer
	Old  json.RawMessage `json:"old,omitempty"`
	New  json.RawMessage `json:"new,omitempty"`
}

// Note is a reason that an action or a stage gave.
type Note struct {
	By   string `json:"by"`
	Path string `json:"path,omitempty"`
	Text string `json:"text"`

	// Keeps is what the item keeps that others lose, in words that many items share.
	Keeps string `json:"-"`
}

// Item is one line of the plan, in the order of the restore or of the backup. In a restore Namespace and Name are the
// target's; in a backup an item has one name only, and no original one.
type Item struct {
	Order             int             `json:"order"`
	Outcome           Outcome         `json:"outcome"`
	Resource          string          `json:"resource"`
	Version           string          `json:"version,omitempty"`
	Namespace         string          `json:"namespace,omitempty"`
	Name              string          `json:"name"`
	OriginalNamespace string          `json:"originalNamespace,omitempty"`
	OriginalName      string          `json:"originalName,omitempty"`
	Why               string          `json:"why,omitempty"`       // it is in question for a backup
	BroughtBy         string          `json:"broughtBy,omitempty"` // the item whose action asked for this one
	Action            string          `json:"action,omitempty"`    // in a backup: that action
	Block             int             `json:"block,omitempty"`     // in a backup: the item block that it is backed up in
	Actions           []string        `json:"actions,omitempty"`   // that ran, in order
	Changes           []Change        `json:"changes,omitempty"`
	Reason            string          `json:"reason,omitempty"` // of every outcome but create
	Code              int             `json:"code,omitempty"`   // with which the target's API server answers the POST
	SentAs            string          `json:"sentAs,omitempty"` // the resource that it is sent to, where a plugin made another kind of it
	Pruned            []string        `json:"pruned,omitempty"` // JSON pointers of fields that it drops
	Notes             []Note          `json:"notes,omitempty"`
	Notices           []Finding       `json:"notices,omitempty"`
	Warnings          []Finding       `json:"warnings,omitempty"`
	Errors            []Finding       `json:"errors,omitempty"`
	Patch             json.RawMessage `json:"patch,omitempty"`  // the merge patch that Velero would send; the API server refuses that of Exists
	Status            json.RawMessage `json:"status,omitempty"` // what Velero would write to the status subresource
	Object            json.RawMessage `json:"object,omitempty"` // the body that Velero would POST

	// Step is the action or stage that the item is in: findings are noted as coming from it.
	Step string `json:"-"`
	// Body is an included item as it goes into the backup, values of Secrets and all.
	Body []byte `json:"-"`
}

// maxText is how much of a text is told. What stands in an item may be of any length, and come up in many findings.
const maxText = 1024

// Cut is the text, or as much of it as is told.
func Cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

// Shorten cuts all texts of the item that may be made of what stands in it. It comes when the item is done and its secrets are
// hidden, as a value that is cut in two would not be found.
func (i *Item) Shorten() {
	i.Reason = Cut(i.Reason)
	for n := range i.Notes {
		i.Notes[n].Path, i.Notes[n].Text = Cut(i.Notes[n].Path), Cut(i.Notes[n].Text)
	}
	for _, list := range [][]Finding{i.Notices, i.Warnings, i.Errors} {
		for n := range list {
			list[n].Path, list[n].Message = Cut(list[n].Path), Cut(list[n].Message)
		}
	}
}

// Notice adds a note.
func (i *Item) Notice(id, path, message string) {
	i.Notices = append(i.Notices, Finding{ID: id, Severity: Notice, By: i.Step, Path: path, Message: message})
}

// Warn adds a warning.
func (i *Item) Warn(id, path, message string) {
	i.Warnings = append(i.Warnings, Finding{ID: id, Severity: Warning, By: i.Step, Path: path, Message: message})
}

// Error adds an error.
func (i *Item) Error(id, path, message string) {
	i.Errors = append(i.Errors, Finding{ID: id, Severity: Error, By: i.Step, Path: path, Message: message})
}

// Findings yields the errors, then the warnings, then the notes.
func (i *Item) Findings() iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		for _, list := range [][]Finding{i.Errors, i.Warnings, i.Notices} {
			for n := range list {
				if !yield(&list[n]) {
					return
				}
			}
		}
	}
}

// Sink takes the items in their order. The item and what it refers to is valid until Item returns.
type Sink interface {
	Item(*Item) error
}

// SinkFunc is a function as a Sink.
type SinkFunc func(*Item) error

// Item implements Sink.
func (f SinkFunc) Item(i *Item) error { return f(i) }

// Summary closes a preview. That of a backup is made with an empty Why.
type Summary struct {
	Items    int             `json:"items"` // lines of the plan
	Outcomes map[Outcome]int `json:"outcomes"`
	Why      map[string]int  `json:"why,omitzero"` // in a backup: of included items
	Notices  int             `json:"notices,omitempty"`
	Warnings int             `json:"warnings"`
	Errors   int             `json:"errors"`
	Accepted int             `json:"accepted,omitempty"` // of both, those that a baseline has
	LeftOut  LeftOut         `json:"leftOut"`
	// LeftOutResources are the items of LeftOut.Resource, by their resource.
	LeftOutResources map[string]int `json:"leftOutResources,omitempty"`
	Findings         []Finding      `json:"findings,omitempty"`         // that belong to no single item
	ModifierRules    []ModifierRule `json:"modifierRules,omitempty"`    // a resource modifier's rules, in their order
	Policies         []Policy       `json:"resourcePolicies,omitempty"` // the restore's resource policies, in the order of their file
	Volumes          []Volume       `json:"volumes,omitempty"`          // how each volume comes back, by claim
	Foretold         *Foretold      `json:"foretold,omitempty"`         // of a restore
	Plugins          []Plugin       `json:"plugins,omitempty"`          // that ran
	Target           []TargetSource `json:"target,omitempty"`           // what describes the target
}

// TargetSource is something that describes the target.
type TargetSource struct {
	Path  string `json:"path"`
	Taken string `json:"taken,omitempty"` // in RFC 3339, "" where it does not tell
}

// Plugin is a program that ran as a plugin of Velero.
type Plugin struct {
	Path   string   `json:"path"`
	SHA256 string   `json:"sha256"`
	Module string   `json:"module,omitempty"` // of a Go program, with its version or commit
	Names  []string `json:"names"`            // kind and name of each plugin in it, sorted
}

// LeftOut counts items that the filters of the restore or the backup leave out, by the filter.
type LeftOut struct {
	Resource      int `json:"resource"`
	Namespace     int `json:"namespace"`
	ClusterScoped int `json:"clusterScoped"`
	Selector      int `json:"selector"`
	Policy        int `json:"policy,omitempty"` // a resource policy of the restore
}

// ModifierRule says how one rule of the resource modifiers fared.
type ModifierRule struct {
	Index      int      `json:"index"`
	Resource   string   `json:"groupResource"`
	Hits       int      `json:"hits"`
	Patched    int      `json:"patched"`
	Failed     int      `json:"failed"`
	FirstError string   `json:"firstError,omitempty"`
	NearMisses []string `json:"nearMisses,omitempty"`

	Skipped  int               `json:"-"` // hits that a test operation of the rule kept unpatched
	Failures []ModifierFailure `json:"-"` // the first ones
	Remarks  []string          `json:"-"` // what is odd about its hits
}

// ModifierFailure is a rule's failure on one item.
type ModifierFailure struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
}

// Policy says how one of the resource policies of a restore fared.
type Policy struct {
	Where      string         `json:"where"` // in its file
	Namespaces []string       `json:"namespaces,omitempty"`
	Filters    []PolicyFilter `json:"filters"`
	NotListed  map[string]int `json:"notListed,omitempty"` // items that are left out since no filter lists their resource, by resource

	Findings []Finding `json:"-"` // about its namespaces; they are those of the whole plan, too
}

// PolicyFilter says how one filter of a resource policy fared.
type PolicyFilter struct {
	Where       string   `json:"where"`
	Kinds       []string `json:"kinds"`        // as they are written, "*" for all that no other filter lists
	By          string   `json:"by,omitempty"` // the names and labels that it takes
	Taken       int      `json:"taken"`
	OtherNames  int      `json:"otherNames"`  // items that it leaves out by their names
	OtherLabels int      `json:"otherLabels"` // and by their labels

	Findings []Finding `json:"-"`
}

// Count adds an item to the summary.
func (s *Summary) Count(i *Item) {
	if s.Outcomes == nil {
		s.Outcomes = map[Outcome]int{}
	}
	s.Items++
	s.Outcomes[i.Outcome]++
	if i.Outcome == Include {
		s.countWhy(i.Why)
	}
	s.Notices += len(i.Notices)
	s.Warnings += len(i.Warnings)
	s.Errors += len(i.Errors)
}

// weigh counts a finding of no single item.
func (s *Summary) weigh(severity Severity) {
	switch severity {
	case Error:
		s.Errors++
	case Warning:
		s.Warnings++
	default:
		s.Notices++
	}
}

func (s *Summary) countWhy(why string) {
	if s.Why == nil {
		s.Why = map[string]int{}
	}
	s.Why[why]++
}

// Find adds a finding of the whole plan, of which there can be only one in a report.
func (s *Summary) Find(severity Severity, id, message string) { s.FindOn(severity, id, "", message) }

// FindOn adds a finding that belongs to no single item, and what it is about: a baseline tells findings of one id by
// their subjects, so no two of a report may have the same.
func (s *Summary) FindOn(severity Severity, id, subject, message string) {
	s.Add(Finding{ID: id, Severity: severity, Subject: subject, Message: message})
}

// Add adds a finding that belongs to no single item.
func (s *Summary) Add(f Finding) {
	f.Message = Cut(f.Message)
	slices.Sort(f.Items)
	s.Findings = append(s.Findings, f)
	s.weigh(f.Severity)
}
