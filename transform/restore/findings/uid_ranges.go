package findings

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// The annotations of OpenShift: the user ids of a namespace, and the SecurityContextConstraints that admitted a pod.
const (
	uidRange = "openshift.io/sa.scc.uid-range"
	admitted = "openshift.io/scc"
)

// uidRanges finds pods that run as a user whom OpenShift took from the range of their namespace in the source cluster, while
// the namespace has another range in the target: Velero leaves a Namespace that exists, and makes one that is not in the
// backup without annotations, for which OpenShift then chooses.
type uidRanges struct {
	world  *World
	others map[string]*items // pods outside the range, by the target's namespace and its range
	chosen map[string]*items // pods of namespaces that get a new range
}

func newUIDRanges(w *World) Watcher {
	return &uidRanges{world: w, others: map[string]*items{}, chosen: map[string]*items{}}
}

// See implements Watcher.
func (w *uidRanges) See(it *pipeline.Item) {
	user, ok := allocatedUser(it.Object)
	if !ok {
		return
	}
	namespace, _ := w.world.Env.Target.Get(layout.Namespaces, "", it.Namespace)
	text := namespace.Annotation(uidRange)
	first, last, ok := parseRange(text)
	switch {
	case text == "" && !w.world.Backup.Has(layout.Address{Resource: layout.Namespaces, Name: it.Key.Namespace}.Key()):
		addTo(w.chosen, it.Namespace, it)
	case ok && (user < first || user > last):
		addTo(w.others, it.Namespace+" "+text, it)
	}
}

// allocatedUser is the user id that a pod has of its namespace's range. OpenShift writes it into the containers under the
// constraints that ask for one of the range.
// Source: openshift/apiserver-library-go pkg/securitycontextconstraints/user/mustrunasrange.go; openshift.io/scc names who admitted it.
func allocatedUser(pod *object.Value) (user int64, ok bool) {
	scc := pod.Annotation(admitted)
	if !strings.HasPrefix(scc, "restricted") && !strings.HasPrefix(scc, "hostnetwork") && scc != "hostaccess" {
		return 0, false
	}
	for _, container := range pod.Get("spec", "containers").Elements() {
		if user, ok = container.Get("securityContext", "runAsUser").Int(); ok {
			return user, true
		}
	}
	return pod.Get("spec", "securityContext", "runAsUser").Int()
}

// parseRange reads a range of user ids, "1000650000/10000" or "1000650000-1000659999".
// Source: openshift/apiserver-library-go pkg/securitycontextconstraints/util (uid.ParseBlock).
func parseRange(text string) (first, last int64, ok bool) {
	from, size, sized := strings.Cut(text, "/")
	if !sized {
		from, size, ok = strings.Cut(text, "-")
		if !ok {
			return 0, 0, false
		}
	}
	first, err := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(size, 10, 64)
	if err != nil || err2 != nil {
		return 0, 0, false
	}
	if sized {
		last += first - 1
	}
	return first, last, true
}

// Conclude implements Watcher.
func (w *uidRanges) Conclude(s *report.Summary) {
	for _, key := range slices.Sorted(maps.Keys(w.others)) {
		namespace, text, _ := strings.Cut(key, " ")
		w.tell(s, report.Warning, namespace, w.others[key], "OpenShift gave Namespace "+namespace+" of the target the user ids "+text)
	}
	for _, namespace := range slices.Sorted(maps.Keys(w.chosen)) {
		w.tell(s, report.Notice, namespace, w.chosen[namespace], "the backup does not have the Namespace: if this restore makes "+namespace+", OpenShift gives it new user ids")
	}
}

func (w *uidRanges) tell(s *report.Summary, severity report.Severity, namespace string, pods *items, why string) {
	s.Add(report.Finding{ID: "uid-range-differs", Severity: severity, Subject: namespace, Items: pods.names(w.world.Backup), Message: fmt.Sprintf(
		"%s, and %s of the backup %s as a user of another range", why, report.CountOf(pods.len(), layout.Pods), verb(pods.len(), "run"))})
}
