package volumes

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

const replicaSets = "replicasets.apps"

// user is a restored pod that mounts a claim. There may be very many of them: it is small.
type user struct {
	name      string // in the backup
	owner     *owner // nil for none
	ephemeral bool   // Kubernetes makes the claim for the pod alone
}

// owner is what controls pods, and what controls that in turn.
type owner struct {
	at layout.Address
	of layout.Address // the zero Address for none that is known
}

// seeUser notes at the claims of a pod that it mounts them.
func (p *Plan) seeUser(it *pipeline.Item) {
	var own *owner
	for _, v := range it.Object.Get("spec", "volumes").Elements() {
		u := user{name: it.Key.Name}
		name := v.Get("persistentVolumeClaim", "claimName").Str()
		if name == "" && !v.Get("ephemeral").IsNull() {
			name, u.ephemeral = it.Key.Name+"-"+v.Get("name").Str(), true
		}
		if name == "" {
			continue
		}
		if own == nil {
			own = p.ownerOf(it.FromBackup, it.Key.Namespace)
		}
		u.owner = own
		p.uses(layout.NamespacedName{Namespace: it.Key.Namespace, Name: name}, u)
	}
}

func (p *Plan) uses(claim layout.NamespacedName, u user) {
	if c := p.claims[claim]; c != nil {
		c.users = append(c.users, u)
		return
	}
	if !u.ephemeral && p.world.Backup.Has(claimAt(claim).Key()) {
		p.absent[claim] = append(p.absent[claim], u)
	}
}

func claimAt(claim layout.NamespacedName) layout.Address {
	return layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: claim.Namespace, Name: claim.Name}
}

func podAt(pod layout.NamespacedName) layout.Address {
	return layout.Address{Resource: layout.Pods, Namespace: pod.Namespace, Name: pod.Name}
}

// ownerOf is what controls an object of a namespace of the backup.
func (p *Plan) ownerOf(o *object.Value, namespace string) *owner {
	for _, ref := range o.Get("metadata", "ownerReferences").Elements() {
		if !ref.Get("controller").True() {
			continue
		}
		resource, _ := p.world.Resources.ForKind(ref.Get("apiVersion").Str(), ref.Get("kind").Str())
		at := layout.Address{Resource: resource, Namespace: namespace, Name: ref.Get("name").Str()}
		if p.owners[at] == nil {
			p.owners[at] = &owner{at: at}
		}
		return p.owners[at]
	}
	return nil
}

// seeOwner notes what controls a ReplicaSet or a Job that controls pods with claims: pods come up before it.
func (p *Plan) seeOwner(it *pipeline.Item) {
	own := p.owners[it.Key.Address]
	if own == nil {
		return
	}
	if above := p.ownerOf(it.Original(), it.Key.Namespace); above != nil {
		own.of = above.at
	}
}

// workload is the address of what a user would name as the pod's application, "" for none.
func (o *owner) workload() string {
	switch {
	case o == nil:
		return ""
	case o.of.Resource != "":
		return o.of.String()
	}
	return o.at.String()
}

// named are the addresses of a claim's pods and their workloads.
func named(namespace string, users []user) (pods, workloads []string) {
	for _, u := range users {
		pods = append(pods, podAt(layout.NamespacedName{Namespace: namespace, Name: u.name}).String())
		if w := u.owner.workload(); w != "" {
			workloads = append(workloads, w)
		}
	}
	return unique(pods), unique(workloads)
}

func unique(list []string) []string {
	slices.SortFunc(list, cmp.Compare[string])
	return slices.Compact(list)
}
