package transform

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// workloads run controllers.
var workloads = []string{"deployments.apps", "statefulsets.apps", "daemonsets.apps"}

// everydayWords are parts of a finalizer's name that say nothing of its controller.
var everydayWords = map[string]bool{
	"finalizer": true, "finalizers": true, "resource": true, "resources": true, "controller": true, "operator": true, "cleanup": true,
	"protection": true, "delete": true, "deletion": true, "manager": true, "cluster": true, "http": true, "https": true, "kubernetes": true,
}

// seeFinalizers counts the finalizers that the item keeps and that Kubernetes itself does not use.
func (w *watch) seeFinalizers(it *item) {
	for _, f := range it.object.Get("metadata", "finalizers").Elements() {
		if name := f.Str(); name != "" && !isKubernetesOwn(name) {
			count(w.finalizers, name, it)
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
	for _, own := range []string{"kubernetes.io", "k8s.io"} {
		if domain == own || strings.HasSuffix(domain, "."+own) {
			return true
		}
	}
	return false
}

// concludeFinalizers tells of finalizers of which no restored workload looks like the controller. Nobody can know more:
// a controller may have any name.
func (w *watch) concludeFinalizers() {
	if len(w.finalizers) == 0 {
		return
	}
	names := w.workloadNames()
	for _, finalizer := range sortedKeys(w.finalizers) {
		if resembles(finalizer, names) {
			continue
		}
		t := w.finalizers[finalizer]
		w.summary.FindOn(report.Warning, "finalizer-without-controller", finalizer, fmt.Sprintf(
			"no workload of this restore looks like the controller of finalizer %s; items that keep it: %d, such as %s", finalizer, t.items, t.first))
	}
}

// workloadNames are the restored workloads, as namespace/name, and those of the target.
func (w *watch) workloadNames() []string {
	var names []string
	for _, resource := range workloads {
		for _, rg := range w.index.Ranges(resource, "") {
			for id := rg.From; id < rg.To; id++ {
				if w.index.Marked(id) {
					names = append(names, rg.Namespace+"/"+w.index.Key(id).Name)
				}
			}
		}
		for _, o := range w.view.List(resource, "") {
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
