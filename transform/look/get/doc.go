// Package get looks into a backup, or a folder of manifests, as kubectl looks into a cluster.
package get
