// Command bench measures veltx on backups of several sizes beside what people use today for the same work, and prints
// a table of ratios. Each pair of programs runs in turn, so that a machine whose speed drifts treats both alike; ratios
// are medians of the runs' own. CPU time is that of the process and of the processes it started, memory the peak of the
// largest of them, as the kernel counts them.
//
//	go run . -sizes M -runs 5
//	go run . -sizes S,M,L -runs 3 -svg ../../docs/images/cost.svg
//
// Corpora are made by gen, and are kept in -dir, as are the folders that were written. Programs that are not installed are
// left out; peers are scripts that make the same edit.
package main
