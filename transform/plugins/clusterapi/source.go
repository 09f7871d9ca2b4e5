package clusterapi

import "github.com/veltx/veltx/tarball/object"

// Load puts an object into a cluster that is backed up: what it has of a resource, and in a namespace, is then known.
func (c *Cluster) Load(resource string, o *object.Value) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.table.learn(o)
	c.complete[resource], c.described[o.Namespace()] = true, true
	return c.put(resource, o.Namespace(), o.Name(), o.JSON(), false)
}

// describes says whether the objects of a resource are known where a request looks for them. In a cluster that is backed up those of
// a namespace are not, of which the source has nothing.
func (c *Cluster) describes(r *request) bool {
	if !c.complete[r.full()] {
		return false
	}
	return c.options.Of != Source || r.inNamespace() == "" || c.described[r.inNamespace()]
}

// Of is what the cluster stands for.
type Of uint8

const (
	// Target is the cluster that a restore goes to.
	Target Of = iota
	// Source is the cluster that is backed up.
	Source
	// Deletion is the cluster whose Velero deletes a backup.
	Deletion
)

// unknown says of what a plugin asked for what nothing tells about it.
func (o Of) unknown() string {
	switch o {
	case Source:
		return "which the source does not have: it is told that there is none"
	case Deletion:
		return "of which nothing tells what the cluster has: it is told that there is none"
	}
	return "which nothing says of the target: it is told what the restore has made of it, and no more"
}

// beside says what a write stands beside.
func (o Of) beside() string { return [...]string{"restore", "backup", "deletion"}[o] }
