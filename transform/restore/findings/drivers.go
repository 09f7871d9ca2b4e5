package findings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

const (
	csiNodes   = "csinodes.storage.k8s.io"
	csiDrivers = "csidrivers.storage.k8s.io"
)

// drivers finds volumes of CSI drivers that no node of the target has. A provisioner need not be such a driver, and a driver need not have a
// CSIDriver, but each node says in its CSINode which ones it has: that alone is certain.
type drivers struct {
	world  *World
	nodes  int // that say which drivers they have
	has    map[string]bool
	wanted map[string]*items
	claims map[string]*items // that are provisioned anew, by provisioner
	csi    map[string]bool   // provisioners that are drivers, as volumes of the backup say
}

func newDrivers(w *World) Watcher {
	d := &drivers{world: w, has: map[string]bool{}, wanted: map[string]*items{}, claims: map[string]*items{}, csi: map[string]bool{}}
	for _, node := range w.Env.Target.List(csiNodes, "") {
		d.nodes++
		for _, driver := range node.Get("spec", "drivers").Elements() {
			d.has[driver.Get("name").Str()] = true
		}
	}
	for _, driver := range w.Env.Target.List(csiDrivers, "") {
		d.csi[driver.Name()] = true
	}
	return d
}

// See implements Watcher.
func (w *drivers) See(it *pipeline.Item) {
	if w.nodes == 0 {
		return
	}
	if it.Key.Resource == layout.PersistentVolumes {
		driver := it.Original().Get("spec", "csi", "driver").Str()
		w.csi[driver] = true
		if driver != "" && created(it) {
			addTo(w.wanted, driver, it)
		}
		return
	}
	if !created(it) || !it.Object.Get("spec", "volumeName").IsText("") {
		return
	}
	class, ok := w.world.Env.Target.Get(layout.StorageClasses, "", classOf(it.Object))
	if ok {
		addTo(w.claims, class.Get("provisioner").Str(), it)
	}
}

// classOf is the storage class that a claim names.
func classOf(claim *object.Value) string {
	if class := claim.Annotation("volume.beta.kubernetes.io/storage-class"); class != "" {
		return class
	}
	return claim.Get("spec", "storageClassName").Str()
}

func addTo(lists map[string]*items, name string, it *pipeline.Item) {
	if lists[name] == nil {
		lists[name] = &items{}
	}
	lists[name].add(it)
}

// Conclude implements Watcher.
func (w *drivers) Conclude(s *report.Summary) {
	tell := func(driver string, of *items, one, more, then string) {
		s.Add(report.Finding{
			ID: "storage-driver-missing", Severity: report.Warning, Subject: driver, Items: of.names(w.world.Backup),
			Message: fmt.Sprintf("%s for storage of CSI driver %s, and none of the target's %s has that driver: %s",
				counted(of.len(), one, more)+" "+verb(of.len(), "ask"), driver, counted(w.nodes, "node", "nodes"), then),
		})
	}
	for _, driver := range slices.Sorted(maps.Keys(w.wanted)) {
		if !w.has[driver] {
			tell(driver, w.wanted[driver], "PersistentVolume", "PersistentVolumes", "pods cannot mount them")
		}
	}
	for _, driver := range slices.Sorted(maps.Keys(w.claims)) {
		if w.csi[driver] && !w.has[driver] {
			tell(driver, w.claims[driver], "claim", "claims", "no volume is provisioned, and pods stay Pending")
		}
	}
}
