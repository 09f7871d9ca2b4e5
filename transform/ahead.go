package transform

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// rewrite does to one item, ahead of a later restore, what that restore could not do as it will not know the options:
// the actions that work ahead, the resource modifiers, the namespace mapping. keep false leaves the item out, since it
// failed. An item that none of this concerns keeps its bytes and is not even parsed; it comes back as nil.
func (rw *rewriter) rewrite(key layout.ItemKey, body []byte) (_ *object.Value, keep bool) {
	links := rw.ahead.For(key.Resource)
	modify := rw.o.Modifiers != nil && rw.o.Modifiers.MayMatch(key.Resource)
	mapped := rw.target(key) != key || key.Resource == persistentVolumes && len(rw.o.Restore.Spec.NamespaceMapping)+len(rw.o.VolumeIDs) > 0
	if len(links) == 0 && !modify && !mapped || key.Resource == "namespaces" && !mapped {
		return nil, true
	}
	it, err := rw.open(key, body)
	if err != nil {
		rw.fail(key, "wrong-item", fmt.Errorf("%s: %w", key.Path(), err))
		return nil, false
	}
	if err := rw.edit(it, links, modify); err != nil {
		rw.fail(key, actions.FailureID(err, "rewrite-failed"), err)
		return nil, false
	}
	if len(it.report.Warnings)+len(it.report.Errors) > 0 {
		rw.keepFinding(key, it.report)
	}
	return it.object, true
}

func (rw *rewriter) open(key layout.ItemKey, body []byte) (*item, error) {
	o, err := object.Parse(body)
	if err != nil {
		return nil, err
	}
	if err := checkIdentity(key, o); err != nil {
		return nil, err
	}
	target := rw.target(key)
	it := &item{run: rw.run, key: key, resource: key.Resource, namespace: target.Namespace, object: o}
	it.report = report.Item{
		Outcome: report.Create, Resource: key.Resource, Namespace: target.Namespace, Name: target.Name,
		OriginalNamespace: key.Namespace, OriginalName: key.Name,
	}
	return it, nil
}

// edit runs the stages that work ahead. Actions and modifiers see the item as they do in a restore, without what the
// server set; it is put back afterwards.
func (rw *rewriter) edit(it *item, links []*actions.Link, modify bool) error {
	if it.resource == "namespaces" {
		return it.object.Put(object.Text(rw.target(it.key).Name), "metadata", "name")
	}
	how := asItIs
	if it.resource == persistentVolumes {
		how, _ = rw.volumes.decide(it.object)
	}
	if (len(links) > 0 || modify) && how != provisioned { // a restore goes no further with one that is
		if err := rw.editAsRestored(it, links, modify); err != nil {
			return err
		}
	}
	if it.resource == persistentVolumes {
		return rw.editPV(it, how)
	}
	return it.moveToTarget()
}

// editPV maps the namespace of a PersistentVolume's claim, and its volume. One that is provisioned anew stays as it is if
// it does not fit its type: nobody reads that far in a restore.
func (rw *rewriter) editPV(it *item, how method) error {
	if rw.o.Profile != actions.V1_6 || how != asItIs { // Velero 1.6 maps no claim of a PV that it restores as it is
		if err := rw.volumes.mapClaim(it.object); err != nil && how != provisioned {
			return err
		}
	}
	return rw.mapIDAhead(it)
}

func (rw *rewriter) editAsRestored(it *item, links []*actions.Link, modify bool) error {
	completed, err := isCompleted(it.object, it.resource)
	if err != nil {
		return err
	}
	if completed {
		return nil // the restore leaves it out
	}
	it.fromBackup = it.object.Clone()
	taken := takenByReset(it.object, rw.o.Profile)
	if err := resetMetadata(it.object, rw.o.Profile); err != nil {
		return err
	}
	for _, l := range links {
		if !l.Takes(it.object) {
			continue
		}
		it.report.Step = l.Name
		in := rw.input(it)
		in.Archive = true
		out, _, err := l.Run(in, &it.fit)
		if err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
		if out != nil {
			it.note(l.Name, out.Notes)
		}
	}
	if modify {
		if err := rw.applyModifiers(it); err != nil {
			return err
		}
	}
	return taken.putBack(it.object)
}

// taken is what resetMetadata takes away.
type taken struct {
	metadata []metadataField
	status   *object.Value
}

type metadataField struct {
	name  string
	value *object.Value
}

func takenByReset(o *object.Value, p actions.Profile) *taken {
	t := &taken{status: o.Get("status")}
	metadata := o.Get("metadata")
	for _, name := range droppedMetadata(metadata, p) {
		if v := metadata.Get(name); v != nil {
			t.metadata = append(t.metadata, metadataField{name, v})
		}
	}
	return t
}

// putBack undoes the reset, but for places where something new stands.
func (t *taken) putBack(o *object.Value) error {
	for _, f := range t.metadata {
		if o.Has("metadata", f.name) {
			continue
		}
		if err := o.Put(f.value, "metadata", f.name); err != nil {
			return err
		}
	}
	if t.status != nil && !o.Has("status") {
		o.Set("status", t.status)
	}
	return nil
}
