// Package delete has Velero's delete item actions, a file each, named after Velero's name for the action. They run on the
// items of a backup that is deleted; Input.Backup is that backup. Output.Deletes says what would go with it outside the
// backup's own files, and Output.Creates what the action would make in the cluster to have it deleted.
package delete

// backupNameLabel names the backup that made an object.
const backupNameLabel = "velero.io/backup-name"
