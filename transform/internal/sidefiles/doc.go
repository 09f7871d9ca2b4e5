// Package sidefiles makes the files beside a rewritten tarball: velero-backup.json and the gzipped lists.
//
//	items := sidefiles.NewItems()
//	// rewrite the tarball, with items.Note told of each item
//	contents, err := sidefiles.Read(ctx, newTarball)
//	c := &sidefiles.Copy{From: "nightly", To: "shop-test", Namespaces: mapping, Items: items}
//	err = c.List(layout.PodVolumeBackups, in, out)
//
// Entries of items that were left out go, names of namespaces and of the backup itself follow; every field that veltx
// does not know stays as it is. What a list says of data outside the backup stays true: ids of snapshots, handles, and
// the tags of snapshots in a volume repository are copied.
package sidefiles
