// Package plugins runs Velero's plugins, the binaries as they are, and makes item actions of what they offer: their place in
// the order, the items that they see, their errors are as Velero's server has them. What they say goes by package wire.
//
// Plugins are foreign code. A process of one has an environment of its own, a temporary folder of its own, bounds on its memory,
// its files, its answers and on how long it may take, and on Linux neither a network nor other files, where that can be had; it
// dies with the run. Which plugins run is said once more in each run, never in a backup.
package plugins
