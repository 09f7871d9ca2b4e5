package transform

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

const storageClasses = "storageclasses.storage.k8s.io"

// seeClaim notes the storage class of a claim that needs a new volume. A class that came from a mapping has a warning
// of its own.
func (w *watch) seeClaim(it *item) {
	spec := it.object.Get("spec")
	class := cmp.Or(spec.Get("storageClassName").Str(), it.object.Annotation("volume.beta.kubernetes.io/storage-class"))
	mapped := slices.ContainsFunc(it.report.Warnings, func(f report.Finding) bool { return f.ID == "storage-class-unknown" })
	if class != "" && spec.Get("volumeName").Str() == "" && !mapped {
		count(w.waiting, class, it)
	}
}

// concludeClaims tells of classes that neither the target nor the restore has.
func (w *watch) concludeClaims() {
	for _, class := range sortedKeys(w.waiting) {
		_, given := w.view.Get(storageClasses, "", class)
		if given || w.restored(layout.Address{Resource: storageClasses, Name: class}.Key()) {
			continue
		}
		t := w.waiting[class]
		w.summary.FindOn(report.Warning, "claim-waits-for-class", class, fmt.Sprintf(
			"storage class %s is neither in this restore nor among the target's objects; claims that wait for it: %d, such as %s", class, t.items, t.first))
	}
}
