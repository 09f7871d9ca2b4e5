package discovery

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed removed.txt
var removed string

// Removal is the release of Kubernetes that serves an API version no longer.
type Removal struct {
	Minor   int    // of 1.MINOR
	Instead string // the apiVersion that has taken its place, "" for none
}

// Release names the release.
func (r Removal) Release() string { return fmt.Sprintf("Kubernetes 1.%d", r.Minor) }

type resourceVersion struct{ resource, version string }

var removals = sync.OnceValue(func() map[resourceVersion]Removal {
	_, rows, _ := strings.Cut(removed, "\n")
	table := map[resourceVersion]Removal{}
	for row := range strings.Lines(rows) {
		columns := strings.Fields(row)
		minor, err := strconv.Atoi(strings.TrimPrefix(columns[2], "1."))
		if err != nil {
			panic(err)
		}
		table[resourceVersion{columns[0], columns[1]}] = Removal{minor, strings.TrimPrefix(columns[3], "-")}
	}
	return table
})

// Removed says which release of Kubernetes serves a version of one of its own resources no longer.
// Source: the lifecycle of each type in k8s.io/api v0.33 (APILifecycleRemoved, APILifecycleReplacement), in
// k8s.io/apiextensions-apiserver and in k8s.io/kube-aggregator; PodSecurityPolicy and what else has left k8s.io/api, from
// https://kubernetes.io/docs/reference/using-api/deprecation-guide.
func Removed(resource, version string) (Removal, bool) {
	r, ok := removals()[resourceVersion{resource, version}]
	return r, ok
}

// RemovedResources are the resources of which Kubernetes has removed a version, and whether it serves none any more.
func RemovedResources() map[string]bool {
	list := map[string]bool{}
	for of := range removals() {
		list[of.resource] = false
	}
	for _, gone := range []string{
		"podsecuritypolicies.policy", "daemonsets.extensions", "deployments.extensions", "ingresses.extensions",
		"networkpolicies.extensions", "podsecuritypolicies.extensions", "replicasets.extensions",
	} {
		list[gone] = true
	}
	return list
}
