// Package clusterapi is the API server that plugins ask while they run: discovery, GET, LIST and WATCH over what the user gave of the
// target, what Velero has there of the backup, and what the restore has made so far. Nothing that it does not have is made up: what a
// plugin asks for and nobody described is noted, and so is each write, which is refused or kept for the rest of the run.
//
// The restore goes on while plugins ask, some from the background. So the server has texts of its own, in a temporary file, and none
// of the restore's objects.
package clusterapi
