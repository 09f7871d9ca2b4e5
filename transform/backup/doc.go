// Package backup is what `velero backup create` would put into a backup, and why each item is in it, without a cluster:
// the cluster is a backup of it, or its manifests.
//
// Plan does what Velero's backup does, in its order (Velero v1.18.2, line numbers of pkg/backup/backup.go unless named):
//
//  1. the namespaces: those labelled as excluded join the excluded ones, wildcards become     namespaces.go (:165)
//     the names of namespaces that exist
//  2. the resource filters: the older ones, the scoped ones of 1.18, or those of 1.6          filters.go    (:298)
//  3. for each resource in discovery's order the items that filters and label selectors       items.go      (item_collector.go)
//     take; Namespaces that are selected or have selected items
//  4. for each of these items a block: the item, and what the item block actions name,        blocks.go     (:522, :710)
//     and what these name in turn; 1.6 has no blocks
//  5. for each item of the block: item.go (item_backupper.go:176)
//     a. excluded by its label, by a filter (an action may have asked for it), or on its way out: left out
//     b. done before: once is enough
//     c. the item actions; what they ask for is backed up first
//     d. the item itself
//  6. the CustomResourceDefinitions of custom resources in the backup                         definitions.go (:646, :905)
//
// Write plans in the same way and writes the items as they come into an archive that Velero restores: write.go.
//
// What needs the living cluster has no part in it: hooks, and the snapshots and copies of volumes.
package backup
