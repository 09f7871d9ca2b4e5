// Package transform is what happens to a backup: the simulated restore behind a preview, and the rewriting of archives.
//
// Preview does what Velero's restore does, in its order (Velero v1.18.2 pkg/restore/restore.go, line numbers below):
//
//  1. read the archive once: a catalogue of items, their bodies in a spool            index
//  2. with EnableAPIGroupVersions choose a version for each resource                  versions.go   (:488)
//  3. CustomResourceDefinitions first, then the other resources in restore order      order.go      (:531, :2199)
//  4. for each resource, namespace and item: the filters, the label selectors         select.go     (:2261, :2296)
//  5. the target namespace, made from the Namespace in the backup                     namespaces.go (:712)
//  6. one item: run.go (restoreItem, :1103)
//     a. filters again, since an action may have asked for the item
//     b. completed, done before, mirror pod: not restored
//     c. PersistentVolumes by the backup's volume information                         volumes.go    (:1212)
//     d. metadata-reset: metadata that a server sets, and status                      stages.go     (:1315)
//     e. the item actions; what they ask for is restored first                        actions.go    (:1322)
//     f. volume-binding of PersistentVolumeClaims                                     volumes.go    (:1434)
//     g. resource-modifier[n]                                                         actions.go    (:1462)
//     h. namespace-mapping, restore-labels                                            stages.go     (:1470)
//     i. create, or what happens if it exists                                         existing.go   (:1518)
//     j. status                                                                       stages.go     (:1670)
//
// Rewrite streams the archive through the part of this that need not wait for a restore: rewrite.go.
package transform
