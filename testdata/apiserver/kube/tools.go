//go:build tools

// Package kube pins the kube-apiserver that judges what veltx answers for one.
package kube

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
