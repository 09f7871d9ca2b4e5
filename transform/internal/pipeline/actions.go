package pipeline

import (
	"errors"
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// runActions runs the item actions, in Velero's order. Ahead of a restore only edits and notes count: whether an action
// skips the item, and what it asks for, that restore finds out by itself.
// Source: v1.18.2 pkg/restore/restore.go:1322-1424.
func runActions(env *Env, around Around, it *Item) (Verdict, error) {
	for _, a := range env.Chain.For(it.Key.Resource) {
		if !a.In(it.Namespace) {
			continue
		}
		if !a.Takes(it.Object) {
			if env.Profile.Does(actions.DropsItemsOfUnselectedActions) && !env.Archive {
				return dropBy16(it, a.Name)
			}
			continue
		}
		if verdict, err := runAction(env, around, it, a); verdict.Ends || err != nil {
			return verdict, err
		}
	}
	return goOn()
}

// dropBy16 ends the item where a later version goes on to the next action. Source: v1.6.3 pkg/restore/restore.go:1129.
func dropBy16(it *Item, action string) (Verdict, error) {
	it.Report.Step = action
	it.Report.Warn("velero-1.6-drops-item", "", fmt.Sprintf("Velero 1.6 does not restore it, because the label selector of %s does not match; a later version would", action))
	return End(report.Skip, "Velero 1.6 drops items that the label selector of an applicable action does not match")
}

func runAction(env *Env, around Around, it *Item, a *actions.Link) (Verdict, error) {
	it.Report.Step = a.Name
	in := env.input(it)
	out, lost, err := a.Run(in, &it.fit)
	it.use(a.Name, out)
	if lost != "" {
		it.Report.Warn("field-lost", lost, "the Kubernetes types of this Velero version do not have the field, so it restores the item without it; veltx keeps it")
	}
	if broken := new(actions.Broken); errors.As(err, &broken) {
		return Verdict{}, fmt.Errorf("%s: %s: %w", it.Key, a.Name, err)
	}
	if err != nil {
		return Fail(actions.FailureID(err, "action-failed"), "", fmt.Errorf("%s: %w", a.Name, err))
	}
	it.Retyped = it.Retyped || a.Retypes != nil && a.Retypes(in)
	it.Report.Actions = append(it.Report.Actions, a.Name)
	if env.Profile.Does(actions.IncludesSnapshotsOfClaims) {
		if out, err = passMustInclude(it, out); err != nil {
			return Verdict{}, err
		}
	}
	it.Record(a.Name)
	if out == nil {
		return goOn()
	}
	it.Report.Note(a.Name, out.Notes)
	if out.Operation != "" {
		it.Operations = append(it.Operations, Operation{a, out.Operation})
	}
	if err := around.Bring(it, a.Name, out); err != nil {
		return Verdict{}, err
	}
	switch {
	case out.Skip != "" && (!env.Archive || a.Plugin != ""): // Velero without the plugin would not skip it
		it.Discarded = env.Archive
		return End(report.Skip, out.Skip)
	case out.Wait && a.Ready != nil && !env.Archive:
		return Verdict{}, await(around, it, a, in, out)
	}
	return goOn()
}

// await asks whether the additional items that came are ready. Velero asks until they are, or for the timeout, and restores
// the item in any case. Source: v1.18.3 pkg/restore/restore.go:1277-1310,1724-1731.
func await(around Around, it *Item, a *actions.Link, in *actions.Input, out *actions.Output) error {
	came := slices.DeleteFunc(slices.Clone(out.Additional), func(ref actions.ItemRef) bool { return !around.Landed(ref) })
	ready, err := a.Ready(in, came)
	switch broken := new(actions.Broken); {
	case errors.As(err, &broken):
		return fmt.Errorf("%s: %s: %w", it.Key, a.Name, err)
	case err != nil:
		it.Report.Error("additional-items-not-ready", "", fmt.Sprintf("%s: cannot tell whether additional items are ready: %v", a.Name, err))
	case !ready:
		it.Report.Notice("additional-items-awaited", "", fmt.Sprintf("%s: its additional items are not ready before the cluster makes them so; Velero asks each second for %s, and counts an error if they are not by then",
			a.Name, timeoutOf(out)))
	}
	return nil
}

// timeoutOf is how long Velero waits, in words.
func timeoutOf(out *actions.Output) string {
	if out.Timeout > 0 {
		return out.Timeout.String()
	}
	return "its resource timeout (10m by default)"
}

// mustInclude is the annotation by which an action says that its additional items pass the filters.
const mustInclude = "restore.velero.io/must-include-additional-items"

// passMustInclude takes the annotation off the item, whether the action put it there or the backup, as Velero cannot
// tell them apart. It leaves an item without other annotations with an empty list of them.
// Source: v1.18.3 pkg/restore/restore.go:1679-1692.
func passMustInclude(it *Item, out *actions.Output) (*actions.Output, error) {
	if out != nil && out.MustInclude {
		if err := it.Object.Put(object.Text("true"), "metadata", "annotations", mustInclude); err != nil {
			return nil, err
		}
	}
	asked := it.Object.Annotation(mustInclude)
	it.Object.RemoveAnnotations(mustInclude)
	if out != nil {
		out.MustInclude = asked == "true"
	}
	return out, nil
}

// use notes the rows of its ConfigMap that an action took, also where it fails over one.
func (it *Item) use(action string, out *actions.Output) {
	if out == nil {
		return
	}
	for _, key := range out.Used {
		it.Used = append(it.Used, Row{action, key})
	}
}

func (env *Env) input(it *Item) *actions.Input {
	return &actions.Input{
		Profile: env.Profile, Resource: it.Key.Resource, Item: it.Object, ItemFromBackup: it.FromBackup, Namespace: it.Namespace,
		Restore: env.Restore, AsRun: env.AsRun, Backup: env.Backup, Target: env.Target, VeleroImage: env.VeleroImage,
		Archive: env.Archive, Files: env.Files,
	}
}
