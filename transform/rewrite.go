package transform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/report"
)

// ArchiveOptions say how a rewritten archive is packed.
type ArchiveOptions struct {
	Level   int // of compression, 1 to 9; 0 means 3
	Workers int // 0 means one for each core
	// Fate, where given, is told of each item whether it is in the new archive, by its address in the old one: one call
	// at a time, in no particular order, and of an item's copies once.
	Fate func(item layout.ItemKey, kept bool)
}

// Rewrite writes the backup's archive so that a restore of it with no options gives what a restore of the original with
// these options gives. Items that are not selected are left out; other entries pass through. Items keep the status and
// the metadata that a server set, which Velero itself reads. What befalls single items is told to the sink, sorted.
//
// A plan, that is a simulated restore, comes before the rewriting only where the selection or a storage class depends
// on other items; else the archive is read once.
func Rewrite(ctx context.Context, src *tarball.Source, o *Options, w io.Writer, a ArchiveOptions, sink report.Sink) (_ *report.Summary, err error) {
	quiet := *o
	quiet.Unread = report.Changes | report.Values | report.Objects
	r, err := newRun(src, &quiet, report.SinkFunc(func(*report.Item) error { return nil }))
	if err != nil {
		return nil, err
	}
	rw := &rewriter{run: r, ahead: r.chain.Ahead(), meetings: newMeetings(&quiet), fate: a.Fate, namespaces: map[string]bool{}}
	if rw.needsPlan() {
		if err := r.read(ctx, src); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, r.index.Close()) }()
		if err := r.restore(ctx); err != nil {
			return nil, err
		}
		rw.forgetPlan()
	}
	if err := rw.stream(ctx, src, w, a); err != nil {
		return nil, err
	}
	return rw.conclude(sink)
}

// rewriter rewrites the entries of an archive. Its edits run concurrently and only read the run.
type rewriter struct {
	*run
	ahead    *actions.Chain
	meetings *meetings
	fate     func(layout.ItemKey, bool)

	mu      sync.Mutex
	found   []report.Item // items with findings
	written int
	leftOut int

	items      int             // of the backup
	namespaces map[string]bool // of the backup
}

// see counts what is in the backup, whatever becomes of it.
func (rw *rewriter) see(key layout.ItemKey) {
	if key.Name == "" {
		return
	}
	rw.items++
	namespace := key.Namespace
	if key.Resource == "namespaces" {
		namespace = key.Name
	}
	if !rw.namespaces[namespace] {
		rw.namespaces[strings.Clone(namespace)] = true
	}
}

// needsPlan says whether what becomes of an item can depend on others: with any filter, since actions bring items in
// that it leaves out, and with a mapping of storage classes, whose new ones may be among the items.
func (rw *rewriter) needsPlan() bool {
	spec := &rw.o.Restore.Spec
	everything := newFilter(spec.IncludedNamespaces, spec.ExcludedNamespaces).everything() &&
		newFilter(spec.IncludedResources, spec.ExcludedResources).everything()
	return !everything || spec.IncludeClusterResources != nil || spec.LabelSelector != nil || spec.OrLabelSelectors != nil ||
		len(rw.view.List("configmaps", rw.o.Restore.Namespace)) > 0
}

// forgetPlan drops what the plan counted, and the modifiers' tally, as the rewriting counts for itself, and what was
// remembered for items that came later in the plan.
func (rw *rewriter) forgetPlan() {
	rw.watch = &watch{run: rw.run, used: rw.watch.used}
	rw.volumes.plan = newVolumePlan()
	rw.view.Forget(rw.neededLater())
	rw.summary = &report.Summary{Outcomes: map[report.Outcome]int{}, LeftOut: rw.summary.LeftOut}
	if rw.o.Modifiers != nil {
		rw.tally = rw.o.Modifiers.NewTally(rw.o.Restore.Spec.NamespaceMapping)
	}
}

// neededLater are the resources that the plan asked the target for and nothing asks for ahead. Volumes look for what was
// moved among ConfigMaps.
func (rw *rewriter) neededLater() []string {
	return slices.DeleteFunc(slices.Clone(rw.chain.Needs()), func(resource string) bool {
		return resource == "configmaps" || slices.Contains(rw.ahead.Needs(), resource)
	})
}

// stream reads the archive and writes it anew.
func (rw *rewriter) stream(ctx context.Context, src *tarball.Source, w io.Writer, a ArchiveOptions) error {
	out := pack.New(w, rw.batch, pack.Options{Level: a.Level, Workers: a.Workers})
	defer out.Abort()
	var before layout.ItemKey
	var keep bool
	var entries, bytes int64
	err := src.Each(ctx, func(e *tarball.Entry) error {
		entries++
		bytes += e.Size
		if rw.o.Progress != nil && entries%1024 == 0 {
			rw.o.Progress(entries, bytes)
		}
		key, err := layout.Parse(e.Path)
		if err != nil {
			key = layout.ItemKey{}
		}
		twin := key.Name != "" && key.Plain() == before
		before = key.Plain()
		if !twin {
			rw.see(key)
			if keep, err = rw.meetings.admit(key); err != nil {
				return err
			}
		}
		if !keep {
			return nil
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		return out.Add(e.Path, e.Mode, e.ModTime, body, twin)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// batch returns the edit of one batch, which remembers the result for an item so that its twin, which has the same
// bytes, need not be edited again.
func (rw *rewriter) batch() pack.Edit {
	var last struct {
		key     layout.ItemKey
		in, out []byte
		keep    bool
	}
	var room []byte // for the text of an item, which is packed before the next one but its twin is edited
	return func(e *pack.Entry) (bool, error) {
		key, err := layout.Parse(e.Path)
		if errors.Is(err, layout.ErrNotItem) {
			return true, nil
		}
		if err != nil {
			rw.fail(layout.Address{Name: e.Path}.Key(), "wrong-path", err)
			return false, nil
		}
		if !rw.selected(key) {
			rw.count(key, false)
			return false, nil
		}
		e.Path = rw.target(key).Path()
		if last.key == key.Plain() && string(last.in) == string(e.Body) {
			e.Body = last.out
			return last.keep, nil
		}
		last.key, last.in = key.Plain(), e.Body
		edited, keep := rw.rewrite(key, e.Body)
		if keep && edited != nil {
			room = edited.Append(slices.Grow(room[:0], 2*len(e.Body)))
			e.Body = room
		}
		last.out, last.keep = e.Body, keep
		rw.count(key, last.keep)
		return last.keep, nil
	}
}

func (rw *rewriter) count(key layout.ItemKey, kept bool) {
	if key.VersionDir != "" {
		return
	}
	rw.mu.Lock()
	defer rw.mu.Unlock()
	if kept {
		rw.written++
	} else {
		rw.leftOut++
	}
	if rw.fate != nil {
		rw.fate(key, kept)
	}
}

// selected says whether the plan took the item; without a plan all items are taken.
func (rw *rewriter) selected(key layout.ItemKey) bool {
	if rw.index == nil {
		return true
	}
	id, ok := rw.index.Find(key.Plain())
	return ok && rw.index.Marked(id)
}

// target is the item's address after the namespace mapping.
func (rw *rewriter) target(key layout.ItemKey) layout.ItemKey {
	if key.Namespace != "" {
		key.Namespace = rw.o.targetNamespace(key.Namespace)
	}
	if key.Resource == "namespaces" {
		key.Name = rw.o.targetNamespace(key.Name)
	}
	return key
}

func (rw *rewriter) fail(key layout.ItemKey, id string, err error) {
	i := report.Item{Resource: key.Resource, OriginalNamespace: key.Namespace, OriginalName: key.Name, Name: key.Name, Outcome: report.Fail, Reason: err.Error()}
	i.Error(id, "", err.Error())
	rw.keepFinding(key, i)
}

// keepFinding remembers an item that has findings; of its copies the plain one speaks for all.
func (rw *rewriter) keepFinding(key layout.ItemKey, i report.Item) {
	if key.VersionDir != "" {
		return
	}
	rw.mu.Lock()
	defer rw.mu.Unlock()
	rw.found = append(rw.found, i)
}

// conclude tells the sink of the items with findings and sums up.
func (rw *rewriter) conclude(sink report.Sink) (*report.Summary, error) {
	slices.SortFunc(rw.found, func(a, b report.Item) int {
		return strings.Compare(a.Resource+"\x00"+a.OriginalNamespace+"\x00"+a.OriginalName, b.Resource+"\x00"+b.OriginalNamespace+"\x00"+b.OriginalName)
	})
	for n := range rw.found {
		i := &rw.found[n]
		rw.summary.Warnings += len(i.Warnings)
		rw.summary.Errors += len(i.Errors)
		rw.summary.Outcomes[i.Outcome]++
		if err := sink.Item(i); err != nil {
			return nil, err
		}
	}
	rw.summary.Items = rw.written
	rw.concludeBackup(rw.items, func(namespace string) bool { return rw.namespaces[namespace] })
	rw.warnOfLostOptions()
	rw.volumes.ids.conclude(rw.summary)
	if rw.index != nil {
		rw.watch.concludeMappings()
	}
	if rw.tally != nil {
		rw.concludeModifiers()
	}
	return rw.summary, nil
}

// warnOfLostOptions names the options that an archive cannot hold and that the later restore has to be given again.
func (rw *rewriter) warnOfLostOptions() {
	spec := &rw.o.Restore.Spec
	execHooks := false
	for _, h := range spec.Hooks.Resources {
		for _, post := range h.PostHooks {
			execHooks = execHooks || post.Exec != nil
		}
	}
	for _, lost := range []struct {
		used bool
		flag string
	}{
		{spec.PreserveNodePorts != nil && *spec.PreserveNodePorts, "--preserve-nodeports"},
		{spec.RestorePVs != nil && !*spec.RestorePVs, "--restore-volumes=false"},
		{spec.ExistingResourcePolicy != "", "--existing-resource-policy"},
		{spec.RestoreStatus != nil, "--status-include-resources"},
		{execHooks, "the exec hooks of the Restore"},
	} {
		if lost.used {
			rw.summary.Find(report.Warning, "option-not-in-archive", fmt.Sprintf("an archive cannot hold %s: give it again to the restore of the new archive", lost.flag))
		}
	}
}
