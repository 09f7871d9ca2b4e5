package cmd

import (
	"context"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// ended is what shows only after Commit.
type ended interface {
	Commit() error
	Abort()
}

// place is where a backup goes, rewritten or made.
type place interface {
	transformed
	backup(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error)
}

// transformed is where the result of a transform goes.
type transformed interface {
	ended
	transform(ctx context.Context, src *opened, o *restore.Options, items report.Sink) (*report.Summary, error)
	// wrote says in words what was written.
	wrote(s *report.Summary) string
	// preview is the command that tells what a restore of what was written would do; "" if there is nothing to restore.
	preview() string
}

// archivePlace is an archive alone.
type archivePlace struct {
	archiveOutput
	flags *outFlags
}

func (p *archivePlace) transform(ctx context.Context, src *opened, o *restore.Options, items report.Sink) (*report.Summary, error) {
	return rewrite.Archive(ctx, src.Source, o, p, p.flags.packed(), items)
}

func (p *archivePlace) backup(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error) {
	o.Name = source.name
	return backup.Write(ctx, source.Source, o, pack.New(p, nil, pack.Options{Level: p.flags.level, Workers: p.flags.parallel}), items)
}

func (p *archivePlace) wrote(s *report.Summary) string { return render.Count(s.Items, "item") }

func (p *archivePlace) preview() string {
	if p.flags.out == standard {
		return ""
	}
	return "veltx restore-preview " + p.flags.out
}

// folderPlace is a folder of manifests.
type folderPlace struct {
	*sink.Directory
	keepLabels bool
}

func (p *folderPlace) transform(ctx context.Context, src *opened, o *restore.Options, items report.Sink) (*report.Summary, error) {
	return restore.Manifests(ctx, src.Source, o, p.Directory, p.keepLabels, items)
}

func (p *folderPlace) wrote(s *report.Summary) string {
	return render.Count(s.Outcomes[report.Create]+s.Outcomes[report.Update], "manifest") + " of " + render.Count(s.Items, "item")
}

func (p *folderPlace) preview() string { return "" }
