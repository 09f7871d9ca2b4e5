// Package sink holds the places that a transformed backup is written to: an archive file, or a directory of manifests.
//
// Nothing shows before Commit. Both write beside the place that was named and move the result there in one step;
// whatever happens before, what was there stays as it was and Abort removes everything of ours. Every sink is ended by
// Commit or Abort; Abort after Commit does nothing, so that it can be deferred.
package sink
