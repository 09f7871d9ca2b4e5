package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// workloads run controllers.
var workloads = []string{"deployments.apps", "statefulsets.apps", "daemonsets.apps"}

// everydayWords are parts of a finalizer's name that say nothing of its controller.
var everydayWords = map[string]bool{
	"finalizer": true, "finalizers": true, "resource": true, "resources": true, "controller": true, "operator": true, "cleanup": true,
	"protection": true, "delete": true, "deletion": true, "manager": true, "cluster": true, "http": true, "https": true, "kubernetes": true,
}

// finalizers finds finalizers that items keep and whose controller may not be there.
type finalizers struct {
	world  *World
	byName tally // those that Kubernetes itself does not use
}

func newFinalizers(w *World) Watcher { return &finalizers{w, tally{}} }

// See implements Watcher.
func (w *finalizers) See(it *pipeline.Item) {
	for _, f := range it.Object.Get("metadata", "finalizers").Elements() {
		if name := f.Str(); name != "" && !isKubernetesOwn(name) {
			w.byName.add(name, it)
		}
	}
}

// isKubernetesOwn says that a finalizer is taken off by what every cluster runs, or by a driver of its community.
func isKubernetesOwn(finalizer string) bool {
	domain, _, qualified := strings.Cut(finalizer, "/")
	if !qualified {
		switch finalizer {
		case "kubernetes", "orphan", "foregroundDeletion", "customresourcecleanup.apiextensions.k8s.io":
			return true
		}
	}
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io"}, func(own string) bool {
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}

// Conclude implements Watcher. It tells of finalizers that no restored workload looks like the controller for. No more can be known:
// a controller may have any name.
func (w *finalizers) Conclude(s *report.Summary) {
	if len(w.byName) == 0 {
		return
	}
	names := w.workloadNames()
	for _, finalizer := range slices.Sorted(maps.Keys(w.byName)) {
		if resembles(finalizer, names) {
			continue
		}
		of := w.byName[finalizer]
		s.Add(report.Finding{
			ID: "finalizer-without-controller", Severity: w.severity(), Subject: finalizer, Items: of.names(w.world.Backup),
			Message: fmt.Sprintf("%s finalizer %s, and no workload of this restore looks like its controller", counted(of.len(), "item keeps", "items keep"), finalizer),
		})
	}
}

// severity is a warning where the target's workloads are described: else it may well run the controller.
func (w *finalizers) severity() report.Severity {
	if w.world.Env.Target.Complete("deployments.apps") {
		return report.Warning
	}
	return report.Notice
}

// workloadNames are the restored workloads, as namespace/name, and those of the target.
func (w *finalizers) workloadNames() []string {
	var names []string
	for _, resource := range workloads {
		for key := range w.world.Backup.RestoredOf(resource) {
			names = append(names, key.Namespace+"/"+key.Name)
		}
		for _, o := range w.world.Env.Target.List(resource, "") {
			names = append(names, o.Namespace()+"/"+o.Name())
		}
	}
	return names
}

// resembles says whether a word of the finalizer that means something is in one of the names.
func resembles(finalizer string, names []string) bool {
	words := strings.FieldsFunc(strings.ToLower(finalizer), func(r rune) bool { return strings.ContainsRune("./-_", r) })
	for _, word := range words {
		if len(word) < 4 || everydayWords[word] {
			continue
		}
		for _, name := range names {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return false
}
