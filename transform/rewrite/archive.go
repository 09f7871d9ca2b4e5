package rewrite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/restore/findings"
	"github.com/veltx/veltx/transform/sink"
)

// ArchiveOptions say how a rewritten archive is packed.
type ArchiveOptions struct {
	Level   int // of compression, 1 to 9; 0 means 3
	Workers int // 0 means one for each core
}

// Archive writes the backup's archive anew. Items that are not selected are left out; other entries pass through. Items
// keep the status and the metadata that a server set, which Velero itself reads. The sink is told of the items with
// findings, sorted.
//
// A restore is simulated first only where the selection or a storage class depends on other items; else the archive is
// read once, or twice for references that are likely.
func Archive(ctx context.Context, src *tarball.Source, o *restore.Options, w io.Writer, a ArchiveOptions, sink report.Sink) (*report.Summary, error) {
	return archive(ctx, src, o, w, a, sink, func(layout.ItemKey, bool) {})
}

// archive also tells fate of each item whether it is in the new archive, by its address in the old one: one call at a
// time, in no particular order, and of an item's copies once.
func archive(ctx context.Context, src *tarball.Source, o *restore.Options, w io.Writer, a ArchiveOptions, sink report.Sink,
	fate func(item layout.ItemKey, kept bool)) (_ *report.Summary, err error) {
	plan, err := restore.NewPlan(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	s := &stream{
		editor:   &editor{env: plan.Env, stages: pipeline.StagesAhead(), takes: plan.Takes, ledger: newLedger(plan.Env, fate)},
		meetings: pipeline.NewMeetings(plan.Env), census: census{namespaces: map[string]bool{}},
	}
	if err := s.copy(ctx, src, pack.New(w, s.editor.batch, pack.Options{Level: a.Level, Workers: a.Workers})); err != nil {
		return nil, err
	}
	summary := plan.Summary
	if err := s.editor.ledger.tell(summary, sink); err != nil {
		return nil, err
	}
	findings.BackupWide(summary, s.census.items, o.Restore.Spec.NamespaceMapping, slices.Collect(maps.Keys(s.census.namespaces)), func(name string) bool { return s.census.namespaces[name] })
	warnOfLostOptions(summary, &o.Restore.Spec)
	s.editor.ledger.conclude(summary)
	o.TellPluginCluster(summary)
	return summary, nil
}

// stream reads the archive and hands its entries to those who edit and pack them.
type stream struct {
	editor   *editor
	meetings *pipeline.Meetings
	census   census
}

// census counts what is in the backup, whatever becomes of it.
type census struct {
	items      int
	namespaces map[string]bool
}

func (c *census) count(key layout.ItemKey) {
	if key.Name == "" {
		return
	}
	c.items++
	namespace := key.Namespace
	if key.Resource == layout.Namespaces {
		namespace = key.Name
	}
	if !c.namespaces[namespace] {
		c.namespaces[strings.Clone(namespace)] = true
	}
}

func (s *stream) copy(ctx context.Context, src *tarball.Source, out *pack.Writer) error {
	defer out.Abort()
	var before layout.ItemKey
	var keep bool
	err := src.Each(ctx, func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil {
			key = layout.ItemKey{}
		}
		twin := key.Name != "" && key.Plain() == before
		before = key.Plain()
		if !twin {
			s.census.count(key)
			if keep, err = s.meetings.Admit(key); err != nil {
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

// warnOfLostOptions names the options that an archive cannot hold and that the later restore has to be given again.
func warnOfLostOptions(s *report.Summary, spec *velero.RestoreSpec) {
	execHooks := slices.ContainsFunc(spec.Hooks.Resources, func(h velero.RestoreResourceHookSpec) bool {
		return slices.ContainsFunc(h.PostHooks, func(post velero.RestoreResourceHook) bool { return post.Exec != nil })
	})
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
			s.FindOn(report.Warning, "option-not-in-archive", lost.flag, fmt.Sprintf("an archive cannot hold %s: give it again to the restore of the new archive", lost.flag))
		}
	}
}

// BackupOptions say how a whole backup is rewritten.
type BackupOptions struct {
	ArchiveOptions
	Now       time.Time // by which a backup has expired; the zero time knows none that has
	SameStore bool      // the new backup finds the original's volume data where they are
}

// Backup writes a whole backup: the archive as Archive does, velero-backup.json, and the files beside the archive.
func Backup(ctx context.Context, src *tarball.Source, o *restore.Options, to *sink.BackupFolder, b BackupOptions, items report.Sink) (*report.Summary, error) {
	spec := &o.Restore.Spec
	f := &sidefiles.Folder{
		Original: src, To: to, Namespaces: spec.NamespaceMapping, Items: sidefiles.NewItems(),
		Selection: &velero.BackupSpec{
			IncludedNamespaces: spec.IncludedNamespaces, ExcludedNamespaces: spec.ExcludedNamespaces,
			IncludedResources: spec.IncludedResources, ExcludedResources: spec.ExcludedResources,
			IncludeClusterResources: spec.IncludeClusterResources,
		},
		Now: b.Now, SameStore: b.SameStore,
	}
	summary, err := archive(ctx, src, o, to, b.ArchiveOptions, items, f.Items.Note)
	if err != nil {
		return nil, err
	}
	return summary, f.Write(ctx, summary)
}
