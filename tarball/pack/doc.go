// Package pack writes a gzipped tar on all cores.
//
//	w := pack.New(out, func() pack.Edit { return edit }, pack.Options{})
//	for each entry of the input {
//		err = w.Add(path, mode, modTime, body, isTwin) // copies body
//	}
//	err = w.Close() // or w.Abort()
//
// One pipeline, every stage in order:
//
//  1. Add (the caller's goroutine) copies entries into a batch and sends it off when about BatchBytes of input are in it.
//  2. A worker edits the entries of a batch one after the other, writes their tar headers and bodies and deflates the
//     batch on its own, ended by a sync marker so that the next one can follow at a whole byte.
//  3. One goroutine writes the batches out in their order: one gzip member, one checksum.
//
// Batches are cut by the bytes of the input alone and share no state, so equal input gives equal output for any number
// of workers. Batches go round in a ring of 2N+1 for N workers, which bounds the memory. The error that is returned is
// that of the earliest entry, whichever worker came upon one first.
package pack
