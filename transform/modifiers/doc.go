// Package modifiers runs Velero's resource modifiers, version v1, on single items.
//
// A resource modifier file is a list of rules. A rule says which items it is for (group resource, name, namespace,
// labels, values) and how it changes them: by a JSON patch, by JSON merge patches or by strategic merge patches.
// [Parse] reads and checks the file, [Rules.Apply] runs it on one item:
//
//  1. every rule is matched against the item as it was before the first rule;
//  2. the rules that match patch the item one after the other, each the result of the one before;
//  3. a rule that fails changes nothing, is reported, and the next one goes on: Velero creates the item all the same;
//  4. a rule whose own "test" operation fails changes nothing and is not an error.
//
// Apply is pure, and a *Rules may be used by many goroutines at once. What the rules did over a whole restore is
// counted by a [Tally], which is for one goroutine; its [Tally.Report] also tells near misses, such as a rule
// for "deployments" where the resource is called "deployments.apps".
//
// The results, item by item and error by error, are those of Velero v1.18.2's internal/resourcemodifiers, whose
// file:line stands in the comments. One thing differs: Velero decodes items into maps, which rewrites unusual numbers
// (1.0 becomes 1, integers beyond 64 bits become floats). Such numbers keep their text here where a JSON patch or a
// merge patch does not touch them, while conditions and "test" operations see them as Velero does.
package modifiers
