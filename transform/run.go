package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// run is one simulated restore.
type run struct {
	o             *Options
	index         *index.Index
	resources     *discovery.Resolver
	selection     *selection
	view          *cluster.View
	chain         *actions.Chain
	volumes       *volumes
	watch         *watch
	redactor      *report.Redactor
	backup        *actions.Backup
	status        *filter                  // restoreStatus; nil where the restore has none
	formatVersion string                   // of the backup, where velero-backup.json tells it
	versions      map[string]string        // resource -> version directory, with EnableAPIGroupVersions
	served        map[string]groupVersions // of the target, by API group; nil if nobody said
	spaces        map[string]string        // target namespaces made sure of -> why items cannot go there, "" if they can
	unserved      map[string]bool          // custom resources that were warned about
	tallying      sync.Mutex
	tally         *modifiers.Tally
	sink          report.Sink
	taken         func(*report.Item, *object.Value) error // given what is sent, before the sink is told; nil for nobody
	summary       *report.Summary
	about         *layout.ItemKey // the item of which the story is told; nil for none
	selected      []report.Note   // what takes it up
	rooms         []*room         // to spare
}

// Preview simulates the restore of a backup and tells the sink every item in restore order. It returns an error where
// no restore could begin (unreadable archive, bad options); what befalls single items is in the report.
// Source: v1.18.2 pkg/restore/restore.go:431 (execute).
func Preview(ctx context.Context, src *tarball.Source, o *Options, sink report.Sink) (*report.Summary, error) {
	return preview(ctx, src, o, sink, nil)
}

// preview also hands out what is sent of each item, where taken is given, at the item's end and before the sink is told.
func preview(ctx context.Context, src *tarball.Source, o *Options, sink report.Sink, taken func(*report.Item, *object.Value) error) (_ *report.Summary, err error) {
	r, err := newRun(src, o, sink)
	if err != nil {
		return nil, err
	}
	r.taken = taken
	if err := r.read(ctx, src); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.index.Close()) }()
	if r.cannotBegin() {
		return r.summary, nil
	}
	if err := r.restore(ctx); err != nil {
		return nil, err
	}
	r.conclude()
	return r.summary, nil
}

// cannotBegin finds what makes Velero give up on a backup before it restores anything.
func (r *run) cannotBegin() bool {
	if path := r.index.LongName(); path != "" {
		// v1.18.2 pkg/archive/extractor.go unpacks each item into a file of its own first.
		r.summary.Find(report.Error, "name-too-long-to-unpack", fmt.Sprintf(
			"%s: Velero restores nothing of this backup, because it cannot unpack an item whose name has more than 250 characters; take it out with veltx transform", path))
		return true
	}
	if r.o.Profile == actions.V1_6 && r.index.Len() == 0 {
		r.summary.Find(report.Error, "backup-empty", "the backup holds no items, which is an error to Velero 1.6")
		return true
	}
	return false
}

// newRun prepares what needs no look at the archive.
func newRun(src *tarball.Source, o *Options, sink report.Sink) (*run, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	r := &run{
		o: o, sink: sink, resources: discovery.New(), spaces: map[string]string{}, unserved: map[string]bool{},
		summary: &report.Summary{Outcomes: map[report.Outcome]int{}},
	}
	for _, name := range o.forgotten {
		r.summary.Find(report.Warning, "not-in-velero-1.6", fmt.Sprintf("Velero 1.6 knows no %s and ignores it", name))
	}
	for _, g := range o.Target {
		if g.ObjectKind() == "CustomResourceDefinition" {
			r.resources.Serve(g)
		}
	}
	r.served = targetGroups(o.Target)
	if r.chain, err = actions.NewChain(o.Actions, o.has); err != nil {
		return nil, err
	}
	if r.view, err = cluster.New(cluster.Options{Given: o.Target, Exact: o.ExactTarget, Needed: r.chain.Needs(), VeleroNamespace: o.Restore.Namespace}, r.resources); err != nil {
		return nil, err
	}
	r.volumes = newVolumes(r, side)
	r.watch = newWatch(r)
	r.redactor = &report.Redactor{}
	r.backup = &actions.Backup{
		Name: o.Restore.Spec.BackupName, PodVolumeBackups: side.PodVolumeBackups, CSISnapshots: side.CSISnapshots,
		VolumeInfos: side.VolumeInfos, Get: r.fromBackup,
	}
	if side.Backup != nil {
		r.backup.Spec = side.Backup.Spec
		if r.backup.Spec.SnapshotMoveData == nil { // only without the file nobody knows
			r.backup.Spec.SnapshotMoveData = new(bool)
		}
		r.formatVersion = side.Backup.Status.FormatVersion
	}
	if o.Modifiers != nil {
		r.tally = o.Modifiers.NewTally(o.Restore.Spec.NamespaceMapping)
	}
	return r, nil
}

// read catalogues the archive and prepares what depends on it; without an error the caller closes the index.
func (r *run) read(ctx context.Context, src *tarball.Source) (err error) {
	if r.index, err = r.buildIndex(ctx, src); err != nil {
		return err
	}
	r.redactor.Key = func() ([]byte, error) { return src.RedactionKey(ctx) }
	if err := r.prepare(); err != nil {
		return errors.Join(err, r.index.Close())
	}
	return nil
}

// buildIndex catalogues the archive. Names of resources in the filters resolve only when all folders are known, so the
// first selection, by what is known before, may only be used to leave bodies out that no name could ever reach. (A
// folder's own name always stands for that folder.)
func (r *run) buildIndex(ctx context.Context, src *tarball.Source) (*index.Index, error) {
	spaces := newFilter(r.o.Restore.Spec.IncludedNamespaces, r.o.Restore.Spec.ExcludedNamespaces)
	must, never := mustHave(r.o.Profile), neverRestored(r.o.Profile)
	keep := func(k layout.ItemKey) bool {
		if slices.Contains(never, k.Resource) {
			return false
		}
		return k.Namespace == "" || spaces.has(k.Namespace) || slices.Contains(must, k.Resource)
	}
	versions := func(layout.ItemKey) bool { return r.o.has(actions.FeatureAPIGroupVersions) }
	return index.Build(ctx, src, index.Options{Keep: keep, Versions: versions, TempDir: r.o.TempDir, Progress: r.o.Progress, Room: r.o.Room})
}

// prepare makes what depends on the catalogue.
func (r *run) prepare() error {
	for _, name := range r.index.Resources() {
		ranges := r.index.Ranges(name, "")
		r.resources.AddFolder(name, len(ranges) > 0 && ranges[0].Namespace != "")
	}
	if err := r.learnCRDs(); err != nil {
		return err
	}
	resolve := func(name string) string { full, _ := r.resources.Resolve(name); return full }
	var err error
	if r.selection, err = newSelection(r.o, resolve); err != nil {
		return err
	}
	if s := r.o.Restore.Spec.RestoreStatus; s != nil {
		r.status = newFilter(resolveAll(s.IncludedResources, resolve), resolveAll(s.ExcludedResources, resolve))
	}
	r.versions = r.chooseVersions()
	return r.checkMeetings()
}

// learnCRDs makes the names known that the backup's CustomResourceDefinitions give to their resources.
func (r *run) learnCRDs() error {
	for _, rg := range r.index.Ranges(crds, "") {
		for id := rg.From; id < rg.To; id++ {
			body, ok, err := r.index.Body(id)
			if err != nil {
				return err
			}
			if crd, parseErr := object.Parse(body); ok && parseErr == nil {
				r.resources.AddCRD(crd)
			}
		}
	}
	return nil
}

// fromBackup is actions.Backup.Get.
func (r *run) fromBackup(ref actions.ItemRef) *object.Value {
	if r.index == nil {
		return nil
	}
	id, ok := r.index.Find(ref.Key())
	if !ok {
		return nil
	}
	body, ok, err := r.index.Body(id)
	if err != nil || !ok {
		return nil
	}
	item, err := object.Parse(body)
	if err != nil {
		return nil
	}
	return item
}

// checkMeetings refuses a namespace mapping that makes two items meet. Velero would restore one of them and leave the
// other out without a word. Differs from Velero: on purpose, since which one wins is a matter of map order.
func (r *run) checkMeetings() error {
	into := map[string][]string{}
	for _, original := range r.index.Namespaces() {
		if r.selection.namespaces.has(original) {
			target := r.o.targetNamespace(original)
			into[target] = append(into[target], original)
		}
	}
	targets := make([]string, 0, len(into))
	for target, originals := range into {
		if len(originals) > 1 {
			targets = append(targets, target)
		}
	}
	slices.Sort(targets)
	for _, target := range targets {
		if err := r.checkMeetingsIn(target, into[target]); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkMeetingsIn(target string, originals []string) error {
	for _, resource := range r.index.Resources() {
		if !r.selection.resource(resource) {
			continue
		}
		first := map[string]string{}
		for _, rg := range r.index.Ranges(resource, "") {
			if !slices.Contains(originals, rg.Namespace) {
				continue
			}
			for id := rg.From; id < rg.To; id++ {
				name := r.index.Key(id).Name
				if other, met := first[name]; met && !everywhere(resource, name) {
					return fmt.Errorf("the namespace mapping makes two items meet: %s %s is in namespace %s and in %s, which both become %s; map one of them elsewhere",
						resource, name, other, rg.Namespace, target)
				}
				first[name] = rg.Namespace
			}
		}
	}
	return nil
}

// everywhere says that each namespace of a cluster has an item of this name from the cluster itself.
func everywhere(resource, name string) bool {
	return resource == "serviceaccounts" && name == "default" || resource == "configmaps" && name == "kube-root-ca.crt"
}

// restore walks the backup in restore order.
func (r *run) restore(ctx context.Context) error {
	for _, stray := range r.index.Strays() {
		it := &item{run: r, resource: "", report: report.Item{OriginalName: stray.Path, Name: stray.Path}}
		if err := it.fail("wrong-path", "", stray.Err); err != nil {
			return err
		}
	}
	resolve := func(name string) string { full, _ := r.resources.Resolve(name); return full }
	for _, resource := range restoreOrder(r.o.Profile, r.index.Resources(), resolve) {
		if err := r.restoreResource(ctx, resource); err != nil {
			return err
		}
	}
	r.countLeftOutResources()
	return nil
}

func (r *run) countLeftOutResources() {
	for _, resource := range r.index.Resources() {
		if r.selection.resource(resource) {
			continue
		}
		for _, rg := range r.index.Ranges(resource, "") {
			r.summary.LeftOut.Resource += int(rg.To - rg.From)
		}
	}
}

// restoreResource walks one resource, namespace by namespace. Velero walks the namespaces in the order of a Go map.
// Differs from Velero: they are sorted here, so that a preview repeats.
func (r *run) restoreResource(ctx context.Context, resource string) error {
	if !r.selection.resource(resource) || resource == "namespaces" && r.o.Profile == actions.V1_6 {
		return nil
	}
	for _, rg := range r.index.Ranges(resource, "") {
		if !r.selection.scope(resource, rg.Namespace, int(rg.To-rg.From), &r.summary.LeftOut) {
			continue
		}
		for id := rg.From; id < rg.To; id++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := r.restoreSelected(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// restoreSelected restores an item of the walk if the label selectors take it.
// Source: v1.18.2 pkg/restore/restore.go:700-804 (processSelectedResource), :2296-2387 (getSelectedRestoreableItems).
func (r *run) restoreSelected(id index.ID) error {
	it, err := r.load(id, "")
	if err != nil || it == nil {
		return err
	}
	defer it.end()
	if !r.selection.labels(it.resource, it.object) {
		r.summary.LeftOut.Selector++
		return nil
	}
	r.tell(it.key, bySelection, func() string { return r.selection.whySelected(it.key, it.object) })
	r.tell(it.key, byRestoreOrder, func() string { return r.whyNow(it.resource) })
	if it.resource == "namespaces" {
		return r.ensureNamespace(it.key.Name)
	}
	if it.key.Namespace != "" { // even if the item turns out not to be restored
		if err := r.ensureNamespace(it.key.Namespace); err != nil {
			return err
		}
	}
	return r.restoreItem(it)
}

// load reads an item and reports it as failed where it cannot be understood; the result is nil then. With
// EnableAPIGroupVersions it is the copy in the chosen version, unless an action asked for the item.
func (r *run) load(id index.ID, broughtBy string) (*item, error) {
	key := r.index.Key(id)
	it := &item{run: r, key: key, plain: id, resource: key.Resource, namespace: r.targetOf(key)}
	it.report = report.Item{
		Resource: key.Resource, Namespace: it.namespace, Name: key.Name, OriginalNamespace: key.Namespace, OriginalName: key.Name,
		BroughtBy: broughtBy,
	}
	copyID := id
	if dir := r.versions[key.Resource]; dir != "" && broughtBy == "" {
		versioned := key
		versioned.VersionDir = dir
		var ok bool
		if copyID, ok = r.index.Find(versioned); !ok {
			return nil, it.fail("version-missing", "", fmt.Errorf("%s: the backup has no copy in the chosen version", versioned.Path()))
		}
	}
	it.room = r.borrowRoom()
	body, ok, err := r.index.AppendBody(it.room.body, copyID)
	if err != nil || !ok {
		return nil, err
	}
	it.room.body, it.report.Changes = body, it.room.changes
	if it.object, err = object.Parse(body); err == nil && it.object.Get("kind").IsText("") {
		err = errors.New("kind: is missing")
	}
	if err != nil {
		defer it.end()
		return nil, it.fail("not-json", "", fmt.Errorf("%s: %w", key.Path(), err))
	}
	return it, nil
}

func (r *run) targetOf(key layout.ItemKey) string {
	if key.Namespace == "" {
		return ""
	}
	return r.o.targetNamespace(key.Namespace)
}

// checkIdentity holds an item against its path. Differs from Velero: it goes by the content alone, so that an item at a
// wrong path is restored as something that the archive's listing does not show.
func checkIdentity(key layout.ItemKey, o *object.Value) error {
	switch {
	case o.Kind() != object.Object:
		return fmt.Errorf("is %s, not an object", o.Kind())
	case o.Get("metadata").Kind() != object.Object:
		return fmt.Errorf("metadata: is %s, not an object", o.Get("metadata").Kind())
	case o.Get("apiVersion").IsText(""):
		return errors.New("apiVersion: is missing")
	case !o.Get("metadata", "name").IsText(key.Name):
		return fmt.Errorf("metadata.name: is %q, and the path says %q", o.Name(), key.Name)
	case !o.Get("metadata", "namespace").IsText(key.Namespace):
		return fmt.Errorf("metadata.namespace: is %q, and the path says %q", o.Namespace(), key.Namespace)
	}
	return nil
}
