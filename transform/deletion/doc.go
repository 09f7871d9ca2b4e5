// Package deletion is what deleting a backup deletes: its files in the store, those of its restores, and, outside the
// store, snapshots and copies of volumes.
//
// Make plans it as Velero's deletion goes about it (v1.18.2 pkg/controller/backup_deletion_controller.go:228-420):
//
//  1. the delete item actions, for each item of the tarball              outside.go (:255)
//  2. native snapshots                                                   outside.go (:290)
//  3. the data of pod volumes, and data that were moved                  outside.go (:317)
//  4. the backup's files                                                 plan.go    (:349)
//  5. the restores of the backup, and their files                        restores.go (:356)
//
// Execute deletes the files of the store only. The rest is told: only Velero, with the plugins and the credentials of
// its cluster, can delete it.
package deletion
