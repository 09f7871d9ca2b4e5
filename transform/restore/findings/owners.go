package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// owners finds pods and claims that a custom resource controlled, and claim templates that name an owner. Velero drops
// ownerReferences of items (v1.18.2 pkg/restore/restore.go:2102-2121), and no others.
type owners struct {
	world *World
	owned map[ownedBy][]string // addresses of pods and claims, by what controlled them
}

// ownedBy is a custom resource that controlled items of one resource.
type ownedBy struct {
	resource string // of the items
	owner    owner
}

func newOwners(w *World) Watcher { return &owners{w, map[ownedBy][]string{}} }

// See implements Watcher.
func (w *owners) See(it *pipeline.Item) {
	if it.Key.Resource == layout.StatefulSets {
		seeClaimTemplates(it)
		return
	}
	by := ControllerOf(it)
	if by == nil || !isCustom(by) {
		return
	}
	resource, _ := w.world.Resources.ForKind(by.Get("apiVersion").Str(), by.Get("kind").Str())
	key := ownedBy{it.Key.Resource, owner{resource, strings.Clone(it.Key.Namespace), by.Get("name").Str()}}
	w.owned[key] = append(w.owned[key], it.Key.String())
}

// isCustom says whether an owner is of a group that is not one of Kubernetes' own.
func isCustom(owner *object.Value) bool {
	group, _, grouped := strings.Cut(owner.Get("apiVersion").Str(), "/")
	return grouped && strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// seeClaimTemplates finds owners in the claim templates of a StatefulSet: its controller copies them into each claim that it
// makes, and the garbage collector of the target deletes a claim whose owner is not there by its UID.
func seeClaimTemplates(it *pipeline.Item) {
	for i, template := range it.Object.Get("spec", "volumeClaimTemplates").Elements() {
		references := template.Get("metadata", "ownerReferences").Elements()
		if len(references) == 0 {
			continue
		}
		it.Report.Warn("owner-in-claim-template", fmt.Sprintf("spec.volumeClaimTemplates[%d].metadata.ownerReferences", i), fmt.Sprintf(
			"claims made from template %s are owned by %s %s with the UID that it had in the source cluster: if the target has no such object, Kubernetes deletes these claims and their data",
			template.Get("metadata", "name").Str(), references[0].Get("kind").Str(), references[0].Get("name").Str()))
	}
}

// ownedKind are items of one resource whose owners are of one resource as well.
type ownedKind struct {
	resource, owners string
	bare             bool // nothing makes them anew
}

// Conclude implements Watcher. Without its owner a pod has nothing that makes it anew; with it, it depends on the operator.
func (w *owners) Conclude(s *report.Summary) {
	items, first := map[ownedKind][]string{}, map[ownedKind]string{}
	for key, addresses := range w.owned {
		kind := ownedKind{key.resource, key.owner.resource, key.resource == layout.Pods && !w.has(key.owner)}
		items[kind] = append(items[kind], addresses...)
		if name := key.owner.namespace + "/" + key.owner.name; first[kind] == "" || name < first[kind] {
			first[kind] = name
		}
	}
	for _, kind := range slices.SortedFunc(maps.Keys(items), func(a, b ownedKind) int {
		return cmp.Or(cmp.Compare(a.owners, b.owners), cmp.Compare(a.resource, b.resource), cmp.Compare(a.subject(), b.subject()))
	}) {
		s.Add(kind.finding(items[kind], first[kind]))
	}
}

func (k ownedKind) subject() string {
	if k.bare {
		return k.resource + " left behind by " + k.owners
	}
	return k.resource + " of " + k.owners
}

func (k ownedKind) finding(items []string, first string) report.Finding {
	what := counted(len(items), "pod", "pods")
	if k.resource == layout.PersistentVolumeClaims {
		what = counted(len(items), "claim", "claims")
	}
	what += isAre(len(items)) + " restored without an ownerReference to"
	finding := report.Finding{ID: "owned-by-custom-resource", Severity: report.Notice, Subject: k.subject(), Items: items}
	if !k.bare {
		finding.Message = fmt.Sprintf("%s the %s that controlled what was backed up, such as %s: its operator may adopt them or create others", what, k.owners, first)
		return finding
	}
	finding.Severity = report.Warning
	finding.Message = fmt.Sprintf("%s the %s that controlled what was backed up, such as %s, and these are neither in this restore nor among the target's objects: nothing recreates such a pod when it ends", what, k.owners, first)
	return finding
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// has says whether an owner is in the restore or the target.
func (w *owners) has(o owner) bool {
	key := layout.Address{Resource: o.resource, Namespace: o.namespace, Name: o.name}.Key()
	if w.world.Backup.Restored(key) || w.world.Backup.WillRestore(key) {
		return true
	}
	_, given := w.world.Env.Target.Get(o.resource, w.world.Env.TargetNamespace(o.namespace), o.name)
	return given
}
