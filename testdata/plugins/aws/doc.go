// Package aws asks whether a store through velero-plugin-for-aws is one: the plugin as it is published, and an S3 server in memory.
package aws
