// Package backup has Velero's backup item actions and item block actions, a file each, named after Velero's name for the
// action. The lists in their order are in package builtin.
//
// In a backup Input.Item is the item as the cluster has it, Input.Target is a view of that cluster, Input.Backup is the
// backup to be made and Input.Restore is nil. Output.Additional are items to be backed up before this one; an item block
// action answers nothing else.
package backup
