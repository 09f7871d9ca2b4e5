// Package transform is what happens to a backup. It is the map of its folder; nothing runs here.
//
// What the commands call:
//
//	restore     a simulated restore: Preview, Manifests, Explain, and the Plan that a rewriting goes by
//	rewrite     a backup written anew, ahead of a restore: Archive, Backup
//	backup      a simulated backup
//	deletion    what goes with a backup that is deleted
//	look        what a backup holds: get, diff, inspect, verify, redact, backups (of a store), trial (of modifiers)
//	plugins     Velero's plugins, the binaries as they are: their actions run among Velero's own
//	planfile    a plan that was reviewed, held against what would happen now
//	survey      many backups of a store, a line for each, in shares that can be joined
//
// What they are made of:
//
//	internal/pipeline    the list of stages, what these share, and each stage
//	restore/findings     a watcher a file: what is wrong with items, or with all of them together
//	restore/needs        what items of each kind need to find in their cluster
//	restore/volumes      the volume plan
//	modifiers, config    resource modifiers; files that the user gives
//	report, sink         the model of what happens, data only; the places where output is written
//	redaction            the values of Secrets, hidden in what is reported
//	internal             cluster (the target), discovery (names of resources), index (the catalogue), sidefiles, filters,
//	                     documents (of the user's files), strict (errors that name the field)
//
// The tests here are those of the whole: kept answers of the real Velero, recordings of a real cluster, the plain and slow
// rewriting that the fast one must equal.
package transform
