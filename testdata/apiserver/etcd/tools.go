//go:build tools

// Package etcd pins the etcd of the kube-apiserver beside it, whose versions of some modules are others.
package etcd

import _ "go.etcd.io/etcd/server/v3"
