// Package real answers what Velero sends by a real kube-apiserver: it starts the programs of a folder on the loopback for
// one restore, loads the target into them, and asks.
//
// The programs are kept by a process of their own (Become), so that they end, and their files go, however this one ends.
// etcd listens on a socket in the folder of the run, and kube-apiserver takes only the token of the run. It reaches
// nothing but etcd: what would call a webhook or another API server fails, and is then taken to be unknown.
package real
