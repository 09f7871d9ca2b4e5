// Package sidefiles makes the files beside a new tarball: velero-backup.json and the gzipped lists.
//
//	items := sidefiles.NewItems()
//	// write the tarball into folder, with items.Note told of each item
//	f := &sidefiles.Folder{Original: source, To: folder, Namespaces: mapping, Items: items}
//	err := f.Write(ctx, summary)
//
// Entries of items that were left out go, names of namespaces and of the backup itself follow; every field that veltx
// does not know stays as it is. What a list says of data outside the backup stays true: ids of snapshots, handles, and
// the tags of snapshots in a volume repository are copied.
package sidefiles
