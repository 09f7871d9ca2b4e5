// Package restore has Velero's restore item actions, a file each, named after Velero's name for the action. The list in
// their order is in package builtin.
package restore
