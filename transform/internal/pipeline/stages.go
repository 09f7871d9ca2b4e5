package pipeline

import (
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// The names under which changes and findings are reported.
const (
	ByNamespace        = "namespace"
	ByVolumeBinding    = "volume-binding"
	ByVolumeIDs        = "volume-id-mapping"
	ByMetadataReset    = "metadata-reset"
	ByModifier         = "resource-modifier[%d]"
	ByModifiers        = "resource-modifiers"
	ByNamespaceMapping = "namespace-mapping"
	ByReferences       = "reference-rewriting"
	ByRestoreLabels    = "restore-labels"
	ByAPIServer        = "api-server"
	ByCreate           = "create"
	ByExisting         = "existing"
)

// Stages are what happens to an item, in order. This is the one list of them: a new stage is one more entry.
// Source: v1.18.2 pkg/restore/restore.go:1083-1735 (restoreItem).
func Stages() []Stage {
	volumes, claims := []string{layout.PersistentVolumes}, []string{layout.PersistentVolumeClaims}
	return []Stage{
		{Name: "identity", Silent: true, Ahead: Always, Run: checkIdentity},
		{Name: ByNamespace, Run: targetNamespace},
		{Name: "once", Silent: true, Ahead: Always, Run: once},
		{Name: "mirror-pod", Silent: true, Of: []string{layout.Pods}, Run: leaveMirrorPod},
		{Name: "volume-decision", Silent: true, Ahead: Always, Of: volumes, Run: decideVolume},
		{Name: ByNamespaceMapping, Ahead: Always, Of: volumes, Run: mapClaim},
		{Name: ByVolumeBinding, Of: volumes, Run: bindVolume},
		{Name: ByVolumeIDs, Ahead: Always, Of: volumes, Run: mapVolumeID},
		{Name: ByMetadataReset, Ahead: Restored, Run: resetMetadata},
		{Name: "item-actions", Silent: true, Ahead: Restored, Run: runActions},
		{Name: ByVolumeBinding, Of: claims, Run: bindClaim},
		{Name: ByModifiers, Ahead: Restored, Run: applyModifiers},
		{Name: ByNamespaceMapping, Ahead: Always, Run: moveToTarget},
		{Name: ByReferences, Ahead: Always, Run: rewriteReferences},
		{Name: ByRestoreLabels, Run: addLabels},
		{Name: ByAPIServer, Run: askAPIServer},
		{Name: ByCreate, Run: create},
	}
}

// Stage is one step on the way of an item.
type Stage struct {
	Name string
	// Silent says that no change and no finding bears the stage's name. Those of actions bear the action's.
	Silent bool
	// Ahead says for which items the stage also runs when an archive is rewritten ahead of a restore.
	Ahead Ahead
	// Of are the resources that the stage is for; none means all.
	Of  []string
	Run func(*Env, Around, *Item) (Verdict, error)
}

// Ahead says for which items a stage runs when an archive is rewritten ahead of a restore.
type Ahead uint8

// The choices.
const (
	Never    Ahead = iota // it waits for that restore
	Restored              // for what that restore will take
	Always                // also for what it will leave out, which still moves to its new address
)

// StagesAhead are the stages that run when an archive is rewritten, in order.
func StagesAhead() []Stage {
	return slices.DeleteFunc(Stages(), func(s Stage) bool { return s.Ahead == Never })
}

// Around is what a stage asks of what goes on around the item. In a restore that is its walk; ahead of one it is Alone.
type Around interface {
	// Namespace makes sure of the item's target namespace, and says what keeps items out of it.
	Namespace(it *Item) (Barrier, error)
	// First says whether the item comes up for the first time.
	First(it *Item) bool
	// Volume is what is decided on a PersistentVolume, by its name in the backup.
	Volume(pv string) *Volume
	// Bring does what an action asks for beside its edits: it makes objects and, unless the item is skipped, restores others first.
	Bring(it *Item, action string, out *actions.Output) error
	// Land notes where the item is sent to, if a plugin made another kind of it.
	Land(it *Item) error
	// Landed says whether an item of the backup was created, or was there already.
	Landed(ref layout.Address) bool
	// Exists says whether the target has an item of its name.
	Exists(it *Item) bool
	// Create is the end of an item's way: it is created, or meets what the target has.
	Create(it *Item) (Verdict, error)
}

// Barrier is what keeps items out of a namespace, and the id of its finding; the zero Barrier keeps none out.
type Barrier struct{ ID, Why string }

// Verdict says that an item's way ends, and how. The zero Verdict lets it go on.
type Verdict struct {
	Ends    bool
	Outcome report.Outcome // "" if nothing is told of it, as it was told before
	Reason  string
	Failure *Failure // of an item that fails
}

// Failure is the error that an item fails with, and its id and field among the findings.
type Failure struct {
	ID, Path string
	Err      error
}

// Ended is the end of an item's way.
func Ended(outcome report.Outcome, reason string) Verdict {
	return Verdict{Ends: true, Outcome: outcome, Reason: reason}
}

// Failed is the end of the way of an item that fails.
func Failed(id, path string, err error) Verdict {
	return Verdict{Ends: true, Outcome: report.Fail, Reason: err.Error(), Failure: &Failure{id, path, err}}
}

// End is Ended as a stage returns it.
func End(outcome report.Outcome, reason string) (Verdict, error) { return Ended(outcome, reason), nil }

// Fail is Failed as a stage returns it.
func Fail(id, path string, err error) (Verdict, error) { return Failed(id, path, err), nil }

// goOn lets an item go on to the next stage.
func goOn() (Verdict, error) { return Verdict{}, nil }

// Run takes an item through stages until its way ends. Ahead of a restore, what that restore will leave out goes on
// through the stages that run Always. The error is one that ends the whole run.
func Run(stages []Stage, env *Env, around Around, it *Item) (Verdict, error) {
	for i := range stages {
		s := &stages[i]
		if !s.takes(it) {
			continue
		}
		it.Report.Step = s.step()
		verdict, err := s.Run(env, around, it)
		if err != nil {
			return verdict, err
		}
		if env.Archive && verdict.Outcome == report.Skip {
			it.leftOut = true
			continue
		}
		if verdict.Ends {
			return verdict, nil
		}
		if !s.Silent {
			it.Record(s.Name)
		}
	}
	return Verdict{}, nil
}

func (s *Stage) takes(it *Item) bool {
	return (len(s.Of) == 0 || slices.Contains(s.Of, it.Key.Resource)) && (!it.leftOut || s.Ahead == Always)
}

func (s *Stage) step() string {
	if s.Silent {
		return ""
	}
	return s.Name
}

// Alone is what is around an item ahead of a restore: nothing. What an action asks for comes with that restore.
type Alone struct{}

// Namespace implements Around.
func (Alone) Namespace(*Item) (Barrier, error) { return Barrier{}, nil }

// First implements Around.
func (Alone) First(*Item) bool { return true }

// Volume implements Around.
func (Alone) Volume(string) *Volume { return &Volume{} }

// Bring implements Around.
func (Alone) Bring(*Item, string, *actions.Output) error { return nil }

// Land implements Around.
func (Alone) Land(*Item) error { return nil }

// Landed implements Around.
func (Alone) Landed(layout.Address) bool { return false }

// Exists implements Around.
func (Alone) Exists(*Item) bool { return false }

// Create implements Around: the item goes into the archive.
func (Alone) Create(*Item) (Verdict, error) { return goOn() }
