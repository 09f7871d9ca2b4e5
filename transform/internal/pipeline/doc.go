// Package pipeline is the way of one item through a restore: the list of its stages, what they share, and each stage.
//
// A stage edits the item and says whether its way ends there. It reads the Env, which never changes, and asks Around for
// what goes on around the item; so items may be on their way through the same stages at once. Restore walks through all
// of Stages, item by item; the rewriting of an archive takes those that Ahead leaves, in as many items at once as there are cores.
package pipeline
