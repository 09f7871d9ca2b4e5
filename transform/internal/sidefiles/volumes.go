package sidefiles

import (
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// Labels by which Velero finds what belongs to a backup (v1.18.2 pkg/apis/velero/v1/labels_annotations.go).
const backupNameLabel = "velero.io/backup-name"

// podVolumeBackup stays with its pod, and with the PersistentVolume of its claim, which is provisioned anew for it. Its
// own name follows the backup's: Velero makes objects of these when it finds the backup, and leaves out one whose name
// is taken (v1.18.2 pkg/controller/backup_sync_controller.go:199-221). The tags stay, as they are those of the snapshot
// in the repository.
func (c *Copy) podVolumeBackup(v *object.Value) bool {
	stays := c.kept(layout.Pods, v.Get("spec", "pod", "namespace").Str(), v.Get("spec", "pod", "name").Str())
	c.mapAt(v, "spec", "pod", "namespace")
	if !stays && !c.Claimed[layout.NamespacedName{Namespace: v.Get("spec", "pod", "namespace").Str(), Name: v.Annotation(velero.PVCNameAnnotation)}] {
		return false
	}
	if c.From == c.To {
		return true
	}
	metadata := v.Get("metadata")
	if own, ok := strings.CutPrefix(metadata.Get("name").Str(), c.From+"-"); ok {
		metadata.Set("name", object.Text(c.To+"-"+own))
	}
	if metadata.Get("generateName").Is(c.From + "-") {
		metadata.Set("generateName", object.Text(c.To+"-"))
	}
	if label := metadata.Get("labels", backupNameLabel); label.Is(velero.LabelValue(c.From)) {
		metadata.Get("labels").Set(backupNameLabel, object.Text(velero.LabelValue(c.To)))
	}
	for _, owner := range metadata.Get("ownerReferences").Elements() {
		if owner.ObjectKind() == "Backup" {
			c.renameAt(owner, "name")
		}
	}
	return true
}

// volumeSnapshot, a native one, stays with its PersistentVolume.
func (c *Copy) volumeSnapshot(v *object.Value) bool {
	c.renameAt(v, "spec", "backupName")
	return c.kept(layout.PersistentVolumes, "", v.Get("spec", "persistentVolumeName").Str())
}

// volumeInfo stays with its PersistentVolume. Where the original has none of that name, as in a backup without
// cluster-scoped items, and for a volume of a pod without a claim, the claim or the pod decides.
func (c *Copy) volumeInfo(v *object.Value) bool {
	stays, known := c.Items.Kept(layout.PersistentVolumes, "", v.Get("pvName").Str())
	if !known {
		stays = c.kept(layout.PersistentVolumeClaims, v.Get("pvcNamespace").Str(), v.Get("pvcName").Str()) ||
			c.kept(layout.Pods, v.Get("pvbInfo", "podNamespace").Str(), v.Get("pvbInfo", "podName").Str())
	}
	c.mapAt(v, "pvcNamespace")
	c.mapAt(v, "pvbInfo", "podNamespace")
	return stays
}

// csiSnapshot, of an older Velero, stays with its claim and the PersistentVolume of that; one without a claim was made
// from a content and stays.
func (c *Copy) csiSnapshot(v *object.Value) bool {
	claim := v.Get("spec", "source", "persistentVolumeClaimName").Str()
	stays := claim == "" || c.kept(layout.PersistentVolumeClaims, v.Namespace(), claim)
	c.mapAt(v, "metadata", "namespace")
	c.renameLabel(v)
	return stays || c.Claimed[layout.NamespacedName{Namespace: v.Namespace(), Name: claim}]
}

// csiSnapshotContent only follows its snapshot, since it does not name the claim.
func (c *Copy) csiSnapshotContent(v *object.Value) bool {
	c.mapAt(v, "spec", "volumeSnapshotRef", "namespace")
	c.renameLabel(v)
	return true
}

func (c *Copy) renameLabel(v *object.Value) {
	if v.Get("metadata", "labels", backupNameLabel).Is(velero.LabelValue(c.From)) {
		v.Get("metadata", "labels").Set(backupNameLabel, object.Text(velero.LabelValue(c.To)))
	}
}

// itemOperation stays with its item. Group and Resource have no JSON tag in Velero, so their keys are capitalised
// (v1.18.2 pkg/plugin/velero/shared.go:65).
func (c *Copy) itemOperation(v *object.Value) bool {
	c.renameAt(v, "spec", "backupName")
	stays := c.identified(v.Get("spec", "resourceIdentifier"))
	if after := v.Get("spec", "postOperationItems"); after.Kind() == object.Array {
		for _, item := range after.Elements() {
			c.identified(item)
		}
	}
	return stays
}

// identified maps the namespace of an item that an operation names and says whether the item stays. The velero
// namespace's own objects, such as DataUploads, may be no items of the backup.
func (c *Copy) identified(item *object.Value) bool {
	resource := item.Get("Resource").Str()
	if group := item.Get("Group").Str(); group != "" {
		resource += "." + group
	}
	kept, known := c.Items.Kept(resource, item.Get("Namespace").Str(), item.Get("Name").Str())
	if kept {
		c.mapAt(item, "Namespace")
	}
	return kept || !known
}
