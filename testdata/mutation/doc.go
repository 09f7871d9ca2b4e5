// Command mutation changes one thing after the other in a package and says which changes no test notices.
//
//	go run ./testdata/mutation ./transform/sink
//	go run ./testdata/mutation -tests ./transform/internal/cluster,./transform=TestEachCase ./transform/internal/cluster
//
// Conditions are negated, boundaries moved by one, && and || swapped, returned booleans flipped, statements dropped;
// literals stay. All mutants are compiled into one test binary, by an overlay that leaves the files alone, and an
// environment variable chooses the one that is alive: a mutant costs a run of the tests that reach it and no compilation.
// The tests of several packages run in the order given, slow ones best last; = and a regular expression choose some of them.
//
// Tests run in their folders, and a mutant may write where the program would not: look at git status afterwards.
//
// A mutant that survives is either not noticed, so that a test is missing, or changes nothing that anyone can see. Of
// those, explained.txt says why; they are not printed.
package main
