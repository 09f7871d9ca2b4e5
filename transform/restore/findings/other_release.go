package findings

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// checkedRelease is the minor release of Kubernetes 1 whose code answers for an API server that is described.
const checkedRelease = 33

// otherRelease finds the answers that the target's own release may not give: what another one does not know, or what it holds valid. What
// is served and who may be there is told of the target's release, and custom resources go by their definitions.
type otherRelease struct {
	world *World
	items items
}

func newOtherRelease(w *World) Watcher { return &otherRelease{world: w} }

// ofTheCode says that an answer is one of the code of a release: fields are dropped, or types and values refused.
func ofTheCode(it *pipeline.Item) bool {
	i := &it.Report
	return len(i.Pruned) > 0 || i.Code == http.StatusBadRequest || i.Code == http.StatusUnprocessableEntity
}

// See implements Watcher.
func (w *otherRelease) See(it *pipeline.Item) {
	group := layout.Group(it.Resource())
	custom := strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
	if w.world.ServerMinor == 0 || w.world.ServerMinor == checkedRelease || custom {
		return
	}
	w.items.add(it)
}

// Conclude implements Watcher.
func (w *otherRelease) Conclude(s *report.Summary) {
	n := w.items.len()
	if n == 0 {
		return
	}
	s.Add(report.Finding{
		ID: "target-release-differs", Severity: report.Notice, Items: w.items.names(w.world.Backup), Message: fmt.Sprintf(
			"%s %s refused, or %s fields, by the code of Kubernetes 1.%d, and the target is 1.%d: its own release may hold otherwise; --api-server with its programs tells",
			counted(n, "item", "items"), isOrAre(n), verb(n, "lose"), checkedRelease, w.world.ServerMinor),
	})
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
