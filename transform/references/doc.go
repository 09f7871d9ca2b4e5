// Package references finds where items name a namespace, and rewrites what they name.
//
// Velero gives an item its new namespace, and maps what a PersistentVolume and the bindings of roles name. All else that
// names the old namespace stays: webhooks, selectors, DNS names of Services, arguments. A Scanner finds it:
//
//   - certain is a field that by its API is a namespace or holds one. Tables of kind and path say which, a file a project
//     (table_*.go); another project is one more file, and one more line in tables.go.
//   - likely is text that can hardly mean anything else: the DNS name of a Service, --namespace=shop, a key that is called
//     namespace (text.go, keys.go), a field of a custom resource whose schema says so (schema.go).
//   - possible is the bare word.
//
// A namespace is looked for as a whole word, all namespaces in one pass over an item's text (words.go); an item without
// any of them is not opened.
package references
