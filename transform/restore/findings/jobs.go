package findings

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// jobsThatRunAgain finds Jobs that have run, and start again from the beginning: Velero leaves out those with a
// completionTime only, and a restored Job has no status.
// Source: v1.18.2 pkg/restore/restore.go:2154-2176, pkg/restore/actions/job_action.go:44-66.
type jobsThatRunAgain struct{ world *World }

func newJobsThatRunAgain(w *World) Watcher { return jobsThatRunAgain{w} }

// Conclude implements Watcher.
func (jobsThatRunAgain) Conclude(*report.Summary) {}

// See implements Watcher.
func (w jobsThatRunAgain) See(it *pipeline.Item) {
	if it.Object.Get("spec", "suspend").True() {
		return
	}
	had := ranBefore(it.Original().Get("status"))
	owner := ControllerOf(it)
	ofCronJob := owner.Get("kind").Is("CronJob")
	if had == "" && !ofCronJob {
		return
	}
	if had == "" {
		had = "has not ended"
	}
	text := "the Job " + had + " in the source cluster and starts again from the beginning"
	if ofCronJob {
		text += fmt.Sprintf("; CronJob %s, which made it, no longer owns it", owner.Get("name").Str())
		if w.restoresCronJob(it, owner.Get("name").Str()) {
			text += " and may start another one beside it"
		}
	}
	it.Report.Warn("job-runs-again", "status", text)
}

func (w jobsThatRunAgain) restoresCronJob(it *pipeline.Item, name string) bool {
	return w.world.Backup.WillRestore(layout.Address{Resource: needs.CronJobs, Namespace: it.Key.Namespace, Name: name}.Key())
}

// ranBefore says how far a Job had come, "" if it had not begun.
func ranBefore(status *object.Value) string {
	for _, condition := range status.Get("conditions").Elements() {
		if condition.Get("type").Is("Failed") && condition.Get("status").Is("True") {
			return strings.TrimSuffix("had failed ("+condition.Get("reason").Str()+")", " ()")
		}
	}
	if n, ok := status.Get("active").Int(); ok && n > 0 {
		return "was running"
	}
	if n, ok := status.Get("failed").Int(); ok && n > 0 {
		return "had pods that failed"
	}
	if n, ok := status.Get("succeeded").Int(); ok && n > 0 {
		return "was partly done"
	}
	return ""
}
