package needs

import "github.com/veltx/veltx/tarball/layout"

// What only means something beside a node of the cluster that it comes from.
const ofAnotherNode = "they belong to a node of the source cluster and are useless without it"

// readAttachment reads a VolumeAttachment, which Velero 1.6 restores.
func readAttachment(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	named(tell, Nodes, "", spec.Get("nodeName"), Awaited, ofAnotherNode)
	named(tell, layout.PersistentVolumes, "", spec.Get("source", "persistentVolumeName"), Awaited, "the volume cannot be attached")
}

// readSlice reads a ResourceSlice, which the driver of a node writes.
func readSlice(u *User, tell func(Need)) {
	named(tell, Nodes, "", u.Object.Get("spec", "nodeName"), Awaited, ofAnotherNode)
}
