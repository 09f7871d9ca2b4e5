// Package actions has the contract of Velero's item actions: what an action is told, what it may do, and how a chain
// of them runs over one item. The actions themselves are in the packages below this one, a file each.
//
// Actions are pure: equal input gives equal output. They know no clock, network, environment or logger; what Velero's
// actions ask the cluster, these ask the Target, a read-only view of what the user said about it and of what the
// restore has created so far. They edit the item in place and never report their own edits: whoever runs them compares.
package actions

import (
	"time"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// Features of Velero's server that change a restore or a backup. Actions whose names begin with velero.io/csi- run with
// FeatureCSI only (v1.18.2 pkg/util/csi/util.go:30).
const (
	FeatureCSI              = "EnableCSI"
	FeatureAPIGroupVersions = "EnableAPIGroupVersions"
)

// Kind is one of Velero's plugin kinds.
type Kind string

// The kinds of actions.
const (
	RestoreItemAction Kind = "RestoreItemAction"
	BackupItemAction  Kind = "BackupItemAction"
	DeleteItemAction  Kind = "DeleteItemAction"
	ItemBlockAction   Kind = "ItemBlockAction"
)

// Action is one item action as Velero registers it.
type Action struct {
	Name      string   // Velero's name for it, such as "velero.io/service"
	Summary   string   // what it does, in one line for a listing
	AppliesTo Selector // the items that it is run on
	Needs     []string // resources of the target that it asks for, such as "storageclasses.storage.k8s.io"
	V2        bool     // Velero registers it for version 2 of its kind's interface; see package builtin for what that means
	Feature   string   // Velero runs it only with this feature flag, such as "EnableCSI"; "" means always
	Unless    string   // Velero does not run it with this feature flag; "" means that none keeps it back

	// Archive says that the action is also run when an archive is rewritten for a later restore. It is false where
	// everything the action does has to wait for that restore; such an action never sees Input.Archive true.
	Archive bool

	// Typed, where given, is the shape of the Go type that Velero turns the item into before the action does anything:
	// an item that does not fit fails. TypedBackup says that the item as it stands in the backup is turned, too.
	Typed       func() *object.Shape
	TypedBackup bool

	// Plugin is the file of the plugin that the action is part of; "" for Velero's own.
	Plugin string
	// Ready, where given, says whether items that the action asked for, and waits for, are ready by now.
	Ready func(in *Input, items []ItemRef) (bool, error)
	// Progress, where given, says how far an operation is that the action began.
	Progress func(restore *velero.Restore, operation string) (Progress, error)
	// BackupProgress is Progress of a backup item action.
	BackupProgress func(backup *Backup, operation string) (Progress, error)

	// Retypes, where given, says of an item that the action has run on whether Velero's action wrote it back from its Go
	// type: that adds a creationTimestamp of null and other empty values, by which Velero takes an item for different from
	// one in the target that is the same.
	Retypes func(in *Input) bool
	// Execute edits in.Item. An error fails the item: Velero does not restore it then. The error names the field
	// ("spec.volumes[2]: is string, not an object"); who runs the action adds the item and the action. Only Link.Run
	// calls it, which checks Typed before.
	Execute func(in *Input) (*Output, error)
}

// Selector is the part of Velero's ResourceSelector that built-in actions use, or the whole of it for a plugin's.
type Selector struct {
	Resources     []string // resolved names with their group, "pods", "deployments.apps"; never empty but in a plugin's
	LabelSelector string   // in the syntax of kubectl -l; "" selects all

	// Of a plugin's action only, as the plugin gives them: any names that discovery knows, in Resources as well, and globs.
	ExcludedResources, IncludedNamespaces, ExcludedNamespaces []string
}

// Scope says for which items an action of a plugin is, by the lists of its selector. Goroutines may share it.
type Scope interface {
	Resource(name string) bool
	Namespace(name string) bool // of the target; "" for cluster-scoped items
}

// Input is what an action is told about the item.
type Input struct {
	Profile        Profile
	Resource       string          // the item's resource, "services" or "deployments.apps"
	Item           *object.Value   // the item as the action before left it; edited in place
	ItemFromBackup *object.Value   // the item as it stands in the backup; must not be changed
	Namespace      string          // the target namespace; metadata.namespace of Item is still the original one
	Restore        *velero.Restore // nil but in a restore
	AsRun          *velero.Restore // the same as Velero's server has completed it; for plugins only
	Backup         *Backup
	Target         Target
	VeleroImage    string // the image of the target's Velero server

	// Archive says that the result goes into an archive that Velero restores later, not to the API server: an action
	// does what cannot wait for that restore (options are known only now) and leaves to it what it will do anyway or
	// what only it can decide. What the action has consumed must be gone, so that the restore does not do it again.
	Archive bool

	// Files says that the result goes into files for kubectl or Git, not to the API server: what the user asked for by a mapping is in
	// it, though the profile's Velero knows no such mapping.
	Files bool
}

// Output is what an action answers beside its edits. A nil *Output means "nothing to add".
type Output struct {
	Skip       string          // not empty: Velero does not restore the item (SkipRestore); the text is the reason
	Additional []ItemRef       // items that must be restored, or backed up, before this one, with ORIGINAL namespaces
	Creates    []*object.Value // objects that the action itself makes in the target, such as the result of a data upload
	Deletes    []Deletion      // what a delete item action deletes beside the backup
	// MustInclude says that the additional items are taken even where the filters leave them out.
	MustInclude bool
	Notes       []Note
	Used        []string // keys of the action's ConfigMap whose rows it applied

	// Operation is what the action goes on with after the item is restored, by the action's own name for it; "" for nothing.
	Operation string
	// Wait says that the item waits until its additional items are Ready, for so long; 0 stands for the server's timeout.
	Wait    bool
	Timeout time.Duration
	// PostOperation are the items that Velero backs up once more when the operation is done.
	PostOperation []ItemRef
}

// Progress is how far an operation is.
type Progress struct {
	Completed bool
	Err       string // with which it completed
}

// Deletion is something outside the backup's own files that goes with the backup.
type Deletion struct {
	What string // such as "CSI snapshot" or "kopia snapshot"
	ID   string // by which the storage knows it
	How  string // who deletes it, in words
}

// ItemRef names an item of the backup.
type ItemRef = layout.Address

// Level is the weight of a Note.
type Level uint8

// The levels of notes.
const (
	Reason  Level = iota // why the action did or left something; shown when an item is explained
	Notice               // something that is true and harmless for most
	Warning              // something that the user should know before the restore
)

// Note is a remark on an item.
type Note struct {
	Level Level
	ID    string // a stable name for notices and warnings of this sort, such as "storage-class-unknown"; "" for reasons
	Path  string // the field that it is about, "spec.ports[0].nodePort"; "" for the whole item
	Text  string
	Keeps string // what the item keeps that others lose, in words that many items share: "explicit nodePorts"
	// Unless is an object whose coming makes a Warning void. The zero Address stands for none.
	Unless layout.Address
}

// Explain adds a Reason to the output.
func (o *Output) Explain(path, text string) {
	o.Notes = append(o.Notes, Note{Level: Reason, Path: path, Text: text})
}

// Keep is Explain for something that the item keeps though others lose it. Items are counted by what they keep.
func (o *Output) Keep(what, path, text string) {
	o.Notes = append(o.Notes, Note{Level: Reason, Path: path, Text: text, Keeps: what})
}

// Notice adds a Notice with its id to the output.
func (o *Output) Notice(id, path, text string) {
	o.Notes = append(o.Notes, Note{Level: Notice, ID: id, Path: path, Text: text})
}

// Warn adds a Warning with its id to the output.
func (o *Output) Warn(id, path, text string) {
	o.Notes = append(o.Notes, Note{Level: Warning, ID: id, Path: path, Text: text})
}

// WarnUnless is Warn about an object that the target lacks; it is void if the restore brings the object.
func (o *Output) WarnUnless(id, path, text string, missing layout.Address) {
	o.Notes = append(o.Notes, Note{Level: Warning, ID: id, Path: path, Text: text, Unless: missing})
}

// Use notes that a row of the action's ConfigMap was applied.
func (o *Output) Use(key string) { o.Used = append(o.Used, key) }
