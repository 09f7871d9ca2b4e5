// Package apiserver answers what Velero sends to the target as a kube-apiserver would: it decodes, defaults, admits and
// validates an object with Kubernetes' own code, in the server's order, and keeps of what it accepts only what decides on
// later objects. It talks to no network.
//
// The code is that of Kubernetes 1.33, whatever the target's version is; which API versions the target serves is its own.
package apiserver
