// Package restore simulates what Velero's restore does with a backup, in its order (Velero v1.18.2
// pkg/restore/restore.go, line numbers below):
//
//  1. read the archive once: a catalogue of items, their bodies in a spool            catalogue.go
//  2. with EnableAPIGroupVersions choose a version for each resource                  versions.go   (:488)
//  3. CustomResourceDefinitions first, then the other resources in restore order      order.go      (:531, :2199)
//  4. for each resource, namespace and item: the filters, the label selectors         select.go     (:2261, :2296)
//  5. the target namespace, made from the Namespace in the backup                     namespaces.go (:712)
//  6. the item through the stages of transform/internal/pipeline                      walk.go       (:1103)
//  7. its one way out, where findings, the volume plan and the sink see it            exit.go
//  8. what only the whole restore can tell                                            conclude.go
//
// Preview tells a sink what would happen, Manifests writes what would be created, Explain tells the story of one item,
// and NewPlan decides for transform/rewrite which items a restore takes.
package restore
