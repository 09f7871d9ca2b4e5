package backup

import (
	"context"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
)

// hasPlugins says whether an action of a plugin is among those that run.
func (o *Options) hasPlugins() bool { return len(o.Plugins) > 0 }

// beginPlugins gives the actions of plugins their scopes, and the cluster that they ask what the source has.
func (r *run) beginPlugins(ctx context.Context) error {
	if !r.o.hasPlugins() {
		return nil
	}
	r.summary.Plugins = r.o.Plugins
	r.actions, r.blocks = r.actions.Within(r.source.Scope), r.blocks.Within(r.source.Scope)
	var err error
	if r.backup.AsRun, err = r.asRun(r.labelledNamespaces()); err != nil {
		return err
	}
	key := r.o.RedactionKey
	if key == nil {
		key = r.source.RedactionKey
	}
	r.redactor = &redaction.Redactor{Key: func() ([]byte, error) { return key(ctx) }}
	return r.fillPluginCluster(ctx)
}

// Scope is for which items an action of a plugin is, by the names that the source's resources have.
func (s *Source) Scope(of actions.Selector) actions.Scope {
	return filters.NewScope(of, func(name string) string { full, _ := s.known.Resolve(name); return full })
}

// fillPluginCluster puts the Backup and what the source has into the cluster that plugins ask.
func (r *run) fillPluginCluster(ctx context.Context) error {
	to := r.o.PluginCluster
	if to == nil {
		return nil
	}
	own, err := object.Parse(r.backup.AsRun)
	if err != nil {
		return err
	}
	own.Set("apiVersion", object.Text("velero.io/v1"))
	own.Set("kind", object.Text("Backup"))
	if err := to.Begin([]*object.Value{own}); err != nil {
		return err
	}
	for _, resource := range r.source.index.Resources() {
		for id := range r.source.items(resource) {
			if err := ctx.Err(); err != nil {
				return err
			}
			o, err := r.source.read(id)
			if err != nil {
				continue // it fails where its turn comes
			}
			if err := to.Load(resource, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// concludePlugins tells what plugins go on with, asked the cluster and wrote.
func (r *run) concludePlugins() error {
	if err := r.operations.conclude(r); err != nil || r.o.PluginCluster == nil {
		return err
	}
	for _, f := range r.o.PluginCluster.Findings() {
		r.summary.Add(f)
	}
	return nil
}

// broken is the error of an action that ends the run, nil for one that only fails the item.
func broken(key layout.ItemKey, action string, err error) error {
	if broken := new(actions.Broken); errors.As(err, &broken) {
		return fmt.Errorf("%s: %s: %w", key, action, err)
	}
	return nil
}

// secret hides the values of a Secret in what plugins say of it; nil where none can have said anything.
func (r *run) secret(it *item) *redaction.Secret {
	if r.redactor == nil || it.object == nil {
		return nil
	}
	versions := []*object.Value{it.object}
	if it.original != nil {
		versions = append(versions, it.original)
	}
	return r.redactor.Of(it.key.Resource, versions...)
}

// told is an error without the values of a Secret.
func (r *run) told(it *item, err error) error {
	if secret := r.secret(it); secret != nil {
		return errors.New(secret.Text(err.Error()))
	}
	return err
}

// place gives an item that a plugin has renamed its place in the backup, by its new name, as Velero does.
// Source: v1.18.3 pkg/backup/item_backupper.go:283-290.
//
// Differs from Velero: it writes an item at the path of another, of which a restore takes the one that comes last.
func (r *run) place(it *item) error {
	now := layout.Address{Resource: it.key.Resource, Namespace: it.object.Namespace(), Name: it.object.Name()}
	if !r.o.hasPlugins() || now == it.key.Address {
		return nil
	}
	switch _, there := r.source.index.Find(now.Key()); {
	case !hasPlace(now):
		return fmt.Errorf("a plugin names it %q, for which a backup has no place", now.String())
	case there:
		return fmt.Errorf("a plugin names it %s, which the source has as well: the two cannot stand in one backup", now)
	}
	it.report.OriginalNamespace, it.report.OriginalName = it.key.Namespace, it.key.Name
	it.report.Namespace, it.report.Name = now.Namespace, now.Name
	return nil
}

// hasPlace says whether a backup has a path for an item, which leads to nothing else.
func hasPlace(at layout.Address) bool {
	key, err := layout.Parse(at.Key().Path())
	return err == nil && key == at.Key()
}

// made is an object that a plugin made in the cluster while items were backed up.
type made struct {
	object *object.Value
	state  state
}

// none is the id of an item that the source does not have.
const none index.ID = -1

// mark marks an item as one that was backed up or has failed, and says whether it was before.
func (r *run) mark(it *item) (before bool) {
	if it.id != none {
		return r.source.index.Mark(it.id)
	}
	before = *it.state&marked != 0
	*it.state |= marked
	return before
}

// takeWrites takes what plugins wrote since the last time. What was in the source before stays as it was collected.
func (r *run) takeWrites() {
	if r.o.PluginCluster == nil {
		return
	}
	for _, one := range r.o.PluginCluster.TakeWrites() {
		if r.made == nil {
			r.made = map[layout.Address]*made{}
		}
		if one.Object == nil {
			delete(r.made, one.Address)
			continue
		}
		if before := r.made[one.Address]; before != nil {
			before.object = one.Object
			continue
		}
		r.made[one.Address] = &made{object: one.Object}
	}
}

// backUpMade backs up an item that an action asks for and that the source does not have: a plugin may have made it.
//
// Differs from Velero: such an item has no uid, resourceVersion and creationTimestamp, which a server would have set.
func (r *run) backUpMade(it *item, action string, ref actions.ItemRef, mustInclude bool) (failure, err error) {
	r.takeWrites()
	full, _ := r.source.known.Resolve(ref.Resource)
	at := layout.Address{Resource: full, Namespace: ref.Namespace, Name: ref.Name}
	made := r.made[at]
	switch {
	case made == nil:
		r.missing(it, action, ref)
		return nil, nil
	case !hasPlace(at):
		return fmt.Errorf("%s asks for %q, for which a backup has no place", action, at.String()), nil
	}
	why := cause{report.WhyAdditional, it.key.String(), action}
	asked := &item{id: none, state: &made.state, key: at.Key(), object: made.object.Clone(), cause: why, report: reportOf(at.Key(), why)}
	if _, failure, err = r.backUpItem(asked, mustInclude); failure != nil {
		return askedFails(action, asked, failure), nil
	}
	return nil, err
}

// operation is what a plugin goes on with after an item is backed up.
type operation struct {
	of    *actions.Link
	id    string
	item  layout.ItemKey
	again []actions.ItemRef // what is backed up once more then
}

// note keeps what an action begins for an item.
func (r *run) note(it *item, a *actions.Link, out *actions.Output) {
	if out.Operation != "" {
		r.operations = append(r.operations, operation{a, out.Operation, it.key, out.PostOperation})
	}
}

// missing tells of an item that an action asks for and the source does not have.
func (r *run) missing(it *item, action string, ref actions.ItemRef) {
	message := fmt.Sprintf("%s asks for %s, which the source does not have", action, ref.Key())
	if _, known := r.source.known.Resolve(ref.Resource); !known {
		message += "; where the cluster does not serve " + ref.Resource + ", Velero fails this item"
	}
	it.report.Warnings = append(it.report.Warnings, report.Finding{ID: "additional-item-missing", Severity: report.Warning, By: action, Message: message})
}
