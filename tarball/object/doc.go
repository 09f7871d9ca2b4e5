// Package object holds one JSON value whose text is opened only as far as somebody looks, and rewritten only where
// somebody changes it.
//
// A backup's items are edited through it. Everything that no one touches keeps its very bytes: integers of any size,
// 1.0, unicode escapes, unknown fields and the order of elements. What is added is written as encoding/json writes it
// (compact, HTML characters escaped) and lands where sorted keys put it, which is the form in which Velero itself
// stores items.
//
//	item, err := object.Parse(data) // checks the whole text, opens the first level
//	item.Get("spec", "clusterIP").Str()
//	item.Remove("spec", "clusterIP")
//	out := item.JSON() // every other byte as it was
//
// A *Value may be nil; reading from nil finds nothing. Reading opens a Value, so it is not safe for concurrent use. Only
// a fully opened Value, see OpenAll, may be read by several goroutines at once.
package object
