// Package findings has the watchers of a restore: each looks at items as they come to their end, and tells what is wrong
// with one of them, or with all of them together.
//
// A watcher is a file of its own and one entry in the list below. It keeps what it has seen in fields of its own.
package findings

import (
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// Watcher looks at items at their end. It looks at few resources, and of each item at fields that were read before.
type Watcher interface {
	// See looks at an item before the sink is told of it. It may add findings to the item's report.
	See(it *pipeline.Item)
	// Conclude adds what only the whole restore can tell.
	Conclude(s *report.Summary)
}

// watcher is an entry of the list: what a watcher sees, and how it is made.
type watcher struct {
	of   []string // resources; none means all
	when func(*pipeline.Item) bool
	make func(*World) Watcher
}

// watchers are all there are, in the order in which they conclude. The page of each finding stands in transform/report/findings.
func watchers() []watcher {
	return []watcher{
		{when: reachedTarget, make: newMissingCRDs},
		{when: never, make: newBackupWide},
		{of: []string{layout.PersistentVolumes}, when: always, make: newVolumeIDs},
		{of: []string{layout.Pods}, when: created, make: newPodsBesideControllers},
		{of: []string{layout.LimitRanges, layout.Pods}, when: created, make: newWaits},
		{of: []string{layout.LimitRanges, layout.Pods, layout.PersistentVolumeClaims}, when: created, make: newLimits},
		{of: []string{layout.Pods}, when: always, make: newHooks},
		{of: []string{layout.Pods, resourceQuotas}, when: created, make: newQuotas},
		{of: []string{layout.Pods, layout.Namespaces}, when: created, make: newSidecars},
		{of: []string{layout.Pods, layout.PersistentVolumeClaims, layout.StatefulSets}, when: created, make: newOwners},
		{of: []string{layout.Pods}, when: created, make: newUIDRanges},
		{of: []string{layout.Jobs}, when: created, make: newJobsThatRunAgain},
		{of: []string{layout.Pods, needs.ReplicaSets, needs.Deployments, layout.StatefulSets, needs.DaemonSets}, when: created, make: newTemplates},
		{of: madeByControllers, when: created, make: newStaleObjects},
		{of: []string{layout.StatefulSets}, when: created, make: newClaimTemplates},
		{when: created, make: newFinalizers},
		{when: always, make: newUnusedMappings},
		{when: never, make: newPluginConfigs},
		{of: []string{layout.Services}, when: created, make: newNodePorts},
		{of: []string{layout.Services}, when: created, make: newAddresses},
		{of: []string{layout.Services}, when: created, make: newLoadBalancers},
		{of: []string{layout.Pods, needs.DaemonSets}, when: created, make: newHostPorts},
		{of: []string{needs.DaemonSets}, when: created, make: newDaemonPorts},
		{of: []string{layout.PersistentVolumes, layout.PersistentVolumeClaims}, when: always, make: newDrivers},
		{of: slices.Collect(maps.Keys(ofTwo)), when: created, make: newDefaultClasses},
		{of: []string{layout.Secrets}, when: created, make: newTokenSecrets},
		{of: []string{layout.MutatingWebhooks, layout.ValidatingWebhooks}, when: created, make: newWebhooks},
		{of: namingOrRenamed(), when: sent, make: newReferences},
		{of: selected(), when: mayMatter, make: newSelectors},
		{of: slices.Collect(maps.Keys(discovery.RemovedResources())), when: sent, make: newRemovedVersions},
		{when: sent, make: newMappedNamespaces},
		{when: created, make: newUnknowns},
		{when: ofTheCode, make: newOtherRelease},
		{of: needs.RunsPods(), when: sent, make: newRegistries},
	}
}

func always(*pipeline.Item) bool { return true }

func never(*pipeline.Item) bool { return false }

func created(it *pipeline.Item) bool { return it.Report.Outcome == report.Create }

// World is what watchers may ask.
type World struct {
	Env         *pipeline.Env
	Resources   *discovery.Resolver
	Backup      Backup
	View        *cluster.View
	ExactTarget bool     // the target has nothing but what the user gave
	TargetMinor int      // of the target's Kubernetes 1.MINOR, 0 where it is not known
	ServerMinor int      // of the described API server for which veltx's own checks answer, 0 where it is not known
	Registries  []string // that the target can reach, by the user; none for all
	ServedKnown bool     // the user said which API groups the target serves
	// Fills says whether Velero fills volumes from backups by file system. It may be nil, and then Velero does.
	Fills func() bool
	// Told says whether the findings on volumes tell already that an object is missing, and whether the target may have it. It
	// may be nil, and then they tell of none.
	Told func(layout.Address) (told, targetMayHaveIt bool)

	byTarget map[string][]string // namespaces of the backup by those of the target
}

// Backup is the backup's items, and what the restore did with them so far.
type Backup interface {
	// Restored says whether the restore has come across the item.
	Restored(key layout.ItemKey) bool
	// RestoredOf are the items of a resource that the restore has come across.
	RestoredOf(resource string) iter.Seq[layout.ItemKey]
	// WillRestore says whether the backup has the item and the filters let it through.
	WillRestore(key layout.ItemKey) bool
	// Landed says whether the target has the item after the restore: it was created or updated, or was there before.
	Landed(key layout.ItemKey) bool
	// Past says that the walk brings no items of a resource any more.
	Past(resource string) bool
	// Has says whether the backup has the item.
	Has(key layout.ItemKey) bool
	// Address is that of the item with a number.
	Address(number int) layout.Address
	// LeftOut says why the restore does not bring an item of the backup, and which filter or flag would, "" for none.
	LeftOut(key layout.ItemKey) (why, bring string)
	// LeavesOut says whether the restore leaves out items of a resource in a namespace.
	LeavesOut(resource, namespace string) bool
	// NamespacesOf are those that hold items of a resource.
	NamespacesOf(resource string) []string
	// Namespaces are those that hold items.
	Namespaces() []string
	// HasNamespace says whether the backup has the Namespace, or items in it.
	HasNamespace(name string) bool
	// Len is the number of items.
	Len() int
}

// originals are the namespaces of the backup that go into one of the target.
func (w *World) originals(target string) []string {
	return slices.DeleteFunc(slices.Clone(w.Backup.Namespaces()), func(original string) bool { return w.Env.TargetNamespace(original) != target })
}

// Watchers are those of one restore.
type Watchers struct {
	all []Watcher
	of  map[string][]seer // by resource
	any []seer
}

// seer is a watcher and when it sees an item.
type seer struct {
	watcher Watcher
	when    func(*pipeline.Item) bool
}

// New makes all watchers.
func New(w *World) *Watchers {
	ws := &Watchers{of: map[string][]seer{}}
	for _, entry := range watchers() {
		s := seer{entry.make(w), entry.when}
		ws.all = append(ws.all, s.watcher)
		if len(entry.of) == 0 {
			ws.any = append(ws.any, s)
		}
		for _, resource := range entry.of {
			ws.of[resource] = append(ws.of[resource], s)
		}
	}
	return ws
}

// See shows an item to those that look at its resource.
func (ws *Watchers) See(it *pipeline.Item) {
	for _, list := range [][]seer{ws.any, ws.of[it.Key.Resource]} {
		for _, s := range list {
			if s.when(it) {
				s.watcher.See(it)
			}
		}
	}
}

// Conclude adds what they have found together.
func (ws *Watchers) Conclude(s *report.Summary) {
	for _, w := range ws.all {
		w.Conclude(s)
	}
}

// ControllerOf is the owner that controls an item in the backup, nil if it has none.
func ControllerOf(it *pipeline.Item) *object.Value {
	for _, owner := range it.Owners.Elements() {
		if owner.Get("controller").True() {
			return owner
		}
	}
	return nil
}

// counted writes a number and what is counted: "1 pod is", "3 pods are".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
