// Package rules is by what veltx, as a plugin of Velero, edits items: references to mapped namespaces, images by their parsed
// reference, and texts by regular expressions. Resource modifiers can do none of it. Rules are read strictly: one that could
// not mean what its author wants is an error, and with an error nothing is edited.
package rules
