// Package sink holds the places that outputs are written to: a file, a directory of manifests, or a backup in an object
// store.
//
// Nothing shows before Commit. A file and a directory are written beside the place that was named and moved there in
// one step; whatever happens before, what was there stays as it was and Abort removes everything of ours. Every sink is
// ended by Commit or Abort; Abort after Commit does nothing, so that it can be deferred. A sink is used by one goroutine.
package sink
