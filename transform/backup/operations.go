package backup

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// operations are what plugins go on with once items are backed up, in the order in which they began.
type operations []operation

// conclude asks for each operation once how far it is, as Velero does when all items are backed up, and tells what it then waits for.
// Source: v1.18.3 pkg/controller/backup_controller.go:802-815, pkg/controller/backup_operations_controller.go:289-395.
func (o operations) conclude(r *run) error {
	for len(o) > 0 {
		action := o[0].of
		same := func(other operation) bool { return other.of.Name == action.Name }
		of := slices.DeleteFunc(slices.Clone(o), func(other operation) bool { return !same(other) })
		o = slices.DeleteFunc(slices.Clone(o), same)
		if err := of.tell(r); err != nil {
			return err
		}
	}
	return nil
}

// tell tells of the operations of one action.
func (o operations) tell(r *run) error {
	var failed, waits, again []string
	var first string
	for _, op := range o {
		done, why, err := op.ask(r)
		if err != nil {
			return err
		}
		switch {
		case why != "":
			failed, first = append(failed, op.item.String()), cmp.Or(first, why)
		case !done:
			waits = append(waits, op.item.String())
		}
		for _, ref := range op.again { // of failed ones as well: v1.18.3 pkg/backup/backup.go:1124
			again = append(again, ref.String())
		}
	}
	name := o[0].of.Name
	if len(failed) > 0 {
		r.summary.Add(report.Finding{ID: "plugin-operation-failed", Severity: report.Error, Subject: name, Items: failed, Message: fmt.Sprintf(
			"%s says that its operation for %s failed: %s; Velero's backup ends as PartiallyFailed", name, count(len(failed)), first)})
	}
	if len(waits) > 0 {
		r.summary.Add(report.Finding{ID: "plugin-operation", Severity: report.Notice, Subject: name, Items: waits, Message: fmt.Sprintf(
			"%s goes on with an operation for %s after the items are backed up: Velero ends the backup once it is done, and cancels it after %s", name, count(len(waits)), operationTimeout)})
	}
	if slices.Sort(again); len(again) > 0 {
		again = slices.Compact(again)
		r.summary.Add(report.Finding{ID: "plugin-backs-up-again", Severity: report.Notice, Subject: name, Items: again, Message: fmt.Sprintf(
			"%s has %s backed up once more when its operations are done: what they are then, only the cluster knows", name, count(len(again)))})
	}
	return nil
}

// ask asks how far the operation is; why is the reason for which it failed.
func (op *operation) ask(r *run) (done bool, why string, err error) {
	p, err := op.of.BackupProgress(r.backup, op.id)
	if err := broken(op.item, op.of.Name, err); err != nil {
		return false, "", err
	}
	switch {
	case err != nil:
		why = cmp.Or(err.Error(), "it cannot tell how far it is")
	case p.Completed:
		why = p.Err
	}
	if why != "" && op.item.Resource == layout.Secrets {
		why = "what it says is not shown, as the item is a Secret"
	}
	return p.Completed, why, nil
}

// count is a number of items in words.
func count(n int) string {
	if n == 1 {
		return "1 item"
	}
	return fmt.Sprintf("%d items", n)
}
