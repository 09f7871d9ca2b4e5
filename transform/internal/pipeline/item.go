package pipeline

import (
	"cmp"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// Item is one item on its way through the stages. Stages write to nothing else.
type Item struct {
	Key        layout.ItemKey // in the backup
	Number     int            // in the catalogue of a restore
	Namespace  string         // in the target
	Object     *object.Value  // edited in place
	FromBackup *object.Value  // as it stands in the backup, from the stage "once" on
	Owners     *object.Value  // metadata.ownerReferences of it
	Status     *object.Value  // what metadata-reset took away
	Volume     *Volume        // of a PersistentVolume, from the stage "volume-decision" on
	Used       []Row          // rows of actions' ConfigMaps that were applied to it
	Modified   Modified       // what the resource modifiers did
	Retyped    bool           // by an action: Velero's item has empty values that this one lacks
	Warned     []Warned       // of the item, by Velero
	Operations []Operation    // that plugins began for it
	Discarded  bool           // by a plugin, ahead of a restore: it is left out of the archive
	Report     report.Item
	Unread     report.Parts // parts of Report that are not made

	fit     actions.Fit
	aside   aside // what metadata-reset took away ahead of a restore
	leftOut bool  // by the restore to come
}

// Warned is a line that Velero adds to the warnings of its results. What it counts as an error is an error of the Report.
type Warned struct {
	Sort      string // the id of the finding that tells the same, or AlreadyExists
	Namespace string // that it stands under; "" for the cluster
}

// AlreadyExists is the sort of the warning that the target has an item, and in another form.
const AlreadyExists = "already-exists"

// Operation is what an action of a plugin goes on with once the item is restored, by the action's own name for it.
type Operation struct {
	Of *actions.Link
	ID string
}

// Row is a row of an action's ConfigMap.
type Row struct{ Action, Key string }

// Modified is what the resource modifiers did to an item.
type Modified struct {
	Tried   bool // the item came as far
	Changed bool
	Result  modifiers.Result
}

// New returns an item that is to be restored into a namespace; an item without an object fails.
func New(env *Env, key layout.ItemKey, o *object.Value) *Item {
	it := &Item{Key: key, Object: o, Unread: env.Unread}
	if key.Namespace != "" {
		it.Namespace = env.TargetNamespace(key.Namespace)
	}
	it.Report = report.Item{
		Resource: key.Resource, Namespace: it.Namespace, Name: key.Name, OriginalNamespace: key.Namespace, OriginalName: key.Name,
	}
	return it
}

// Resource is the resource that the item is sent to: the one in the backup, unless a plugin made another kind of it.
func (it *Item) Resource() string { return cmp.Or(it.Report.SentAs, it.Key.Resource) }

// Original is the item as it stands in the backup; one that failed early has nothing else, or nothing at all.
func (it *Item) Original() *object.Value { return cmp.Or(it.FromBackup, it.Object) }

// Record keeps what was changed since the last time, as the work of one step.
func (it *Item) Record(by string) {
	if !it.Unread.Has(report.Changes) {
		it.keep(by, it.Object.TakeChanges())
	}
}

func (it *Item) keep(by string, changes []object.Change) {
	it.Report.Record(by, changes, !it.Unread.Has(report.Values))
}
