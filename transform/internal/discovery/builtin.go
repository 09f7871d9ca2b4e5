package discovery

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed resources.txt
var resources string

// builtin are the resources that a cluster with Velero and the CSI snapshotter serves without any other
// CustomResourceDefinition, the core group first, then in the order in which kube-apiserver prefers the groups. A
// singular is the kind in small letters.
// Source: kubectl api-resources of Kubernetes 1.33, and of 1.19 for what has gone since.
var builtin = sync.OnceValue(func() (list []Resource) {
	_, rows, _ := strings.Cut(resources, "\n")
	for row := range strings.Lines(rows) {
		columns := strings.Fields(row)
		r := Resource{Name: columns[0], Kind: columns[3], Singular: strings.ToLower(columns[3]), Namespaced: columns[2] == "true"}
		if columns[1] != "-" {
			r.ShortNames = strings.Split(columns[1], ",")
		}
		list = append(list, r)
	}
	return list
})
