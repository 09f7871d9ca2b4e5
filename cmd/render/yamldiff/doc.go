// Package yamldiff shows what a restore changes in an item, as a unified diff of two YAML documents.
//
// A report holds an item as it would be sent, and each change that was made on the way. The item as it was is found by
// taking the changes back, the last one first, so that nothing has to be read or kept twice and values of Secrets stay
// redacted on both sides. Keys are sorted on both sides: their order means nothing.
package yamldiff
