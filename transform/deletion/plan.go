package deletion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/report"
)

// Plan is what deleting a backup means.
type Plan struct {
	Backup   string           `json:"backup"`
	Files    []string         `json:"files"` // keys in the store, the backup's
	Restores []Restore        `json:"restores"`
	Outside  []Outside        `json:"outside"`
	Plugins  []report.Plugin  `json:"plugins,omitempty"` // that ran
	Findings []report.Finding `json:"findings,omitempty"`
}

// Restore is a restore of the backup.
type Restore struct {
	Name  string   `json:"name"`
	Files []string `json:"files"`
}

// Outside is something that belongs to the backup and is in no file of the store.
type Outside struct {
	What   string `json:"what"` // "native snapshot", "CSI snapshot", "files of a pod's volume", ...
	ID     string `json:"id,omitempty"`
	Of     string `json:"of,omitempty"` // the volume, claim or pod
	Velero bool   `json:"deletedByVelero"`
	How    string `json:"how"` // who would delete it, or why it stays
	Action string `json:"action,omitempty"`

	Calls []volume.Call `json:"calls,omitempty"` // of Velero to its plugin
}

// Target is the backup that is to be deleted.
type Target struct {
	Store  store.ObjectStore
	Bucket string
	Prefix string
	Name   string
	// Source is the backup, opened; nil where velero-backup.json or the tarball is missing.
	Source  *tarball.Source
	Actions []actions.Action // delete item actions

	// Plugins are those that run: Actions has theirs. PluginCluster, where given, is the cluster that they ask; it is filled with the Backup.
	Plugins       []report.Plugin
	PluginCluster *clusterapi.Cluster
}

// ErrNone says that the store holds nothing of the backup.
var ErrNone = errors.New("the store has no such backup")

// Make plans the deletion of a backup. Nothing is deleted yet.
func Make(ctx context.Context, t *Target) (*Plan, error) {
	p := &Plan{Backup: t.Name, Files: []string{}, Restores: []Restore{}, Outside: []Outside{}}
	keys, err := t.Store.ListObjects(t.Bucket, layout.BackupPrefix(t.Prefix, t.Name))
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: %w", t.Name, ErrNone)
	}
	p.Files, p.Plugins = keys, t.Plugins
	if t.Source == nil {
		p.find(report.Warning, "backup-incomplete", "velero-backup.json or the tarball is missing: Velero does not list this backup, and what it has outside the store is not known")
	} else if err := p.findOutside(ctx, t); err != nil {
		return nil, err
	}
	return p, p.findRestores(ctx, t)
}

func (p *Plan) find(severity report.Severity, id, message string) {
	p.Findings = append(p.Findings, report.Finding{ID: id, Severity: severity, Message: message})
}

// Execute deletes the files: those of the restores first, each one's log last, as it alone tells the backup; and of the
// backup velero-backup.json first, without which the rest is no backup any more. What is gone already is no error, so
// that a deletion that was interrupted can be run again.
func (p *Plan) Execute(ctx context.Context, t *Target) error {
	for _, r := range p.Restores {
		log := logOf(layout.RestoresPrefix(t.Prefix)+r.Name+"/", r.Name)
		if err := remove(ctx, t, ordered(r.Files, "", log)); err != nil {
			return fmt.Errorf("restore %s: %w", r.Name, err)
		}
	}
	object := layout.BackupKey(t.Prefix, t.Name, layout.BackupObject)
	if err := remove(ctx, t, ordered(p.Files, object, "")); err != nil {
		return fmt.Errorf("backup %s: %w", p.Backup, err)
	}
	return nil
}

// ordered are the keys with one that comes first and one that comes last.
func ordered(keys []string, first, last string) []string {
	rank := func(key string) int {
		switch key {
		case first:
			return 0
		case last:
			return 2
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(keys), func(a, b string) int { return rank(a) - rank(b) })
}

func remove(ctx context.Context, t *Target, keys []string) error {
	for _, key := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.Store.DeleteObject(t.Bucket, key); err != nil {
			return err
		}
	}
	return nil
}

// Count is the number of files that Execute deletes.
func (p *Plan) Count() int {
	n := len(p.Files)
	for _, r := range p.Restores {
		n += len(r.Files)
	}
	return n
}

// folderOf is the name of the folder below a prefix, "r" of "restores/r/".
func folderOf(prefix, common string) string {
	return strings.TrimSuffix(strings.TrimPrefix(common, prefix), "/")
}
