// Package verify looks for damage in a backup: everything is read to its end, and every file is held against the others.
//
//  1. velero-backup.json: there, a Backup, of this name                              folder.go
//  2. the files beside the tarball: gzip's checksum, JSON, what items they name      side.go, expected.go
//  3. the tarball: gzip's checksum, tar, paths, no path twice                        archive.go
//     a. each item: JSON, and its path against what it says of itself                item.go
//     b. each item and its copy in the preferred version: the same bytes             twins.go
//     c. each item against the resource list, and the checksums if there are any     resourcelist.go, checksums.go
//  4. what no item turned up for, and the counts                                     verify.go
//
// Memory holds a few bytes for each item, and those copies of items that wait for their twin.
package verify
