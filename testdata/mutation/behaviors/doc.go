// Command behaviors flips one behavior of actions/behaviors.go after the other, and writes down for each release at which one
// begins or ends a case that notices.
//
//	make behaviors
//
//	go run ./testdata/mutation/behaviors testdata/cases/pods    # looks among these cases only for what is new
//
// A case notices if veltx no longer gives the kept answers of the real Velero once Does says the opposite of what it says. The
// two versions that count are the last one before that release that the case has an answer for, and the first one since then. Does
// is replaced by an overlay, in which an environment variable names the behavior that is flipped; no file is changed.
//
// noticed.txt has the result.
package main
