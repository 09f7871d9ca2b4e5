// Package registry is what a kube-apiserver's registry does to an object between its decoding and its storage: which kinds it
// knows, what it drops and sets, and how it validates.
//
// Most strategies are Kubernetes' own. Those whose packages would link etcd's client, informers and a server are here: they
// call the same functions, of packages that bring none of it, in the same order.
package registry
