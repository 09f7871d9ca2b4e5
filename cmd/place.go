package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// place is where the result of a transform goes. It shows only after Commit.
type place interface {
	write(ctx context.Context, src *opened, o *restore.Options, keepLabels bool, items report.Sink) (*report.Summary, error)
	// wrote says in words what was written.
	wrote(s *report.Summary) string
	// preview is the command that tells what a restore of what was written would do; "" if there is nothing to restore.
	preview() string
	Commit() error
	Abort()
}

// archivePlace is a rewritten archive.
type archivePlace struct {
	archiveOutput
	out     string
	options rewrite.ArchiveOptions
}

func (p archivePlace) write(ctx context.Context, src *opened, o *restore.Options, _ bool, items report.Sink) (*report.Summary, error) {
	return rewrite.Archive(ctx, src.Source, o, p.archiveOutput, p.options, items)
}

func (p archivePlace) wrote(s *report.Summary) string {
	return render.Items(s.Items)
}

func (p archivePlace) preview() string {
	if p.out == standard {
		return ""
	}
	return "veltx restore-preview " + p.out
}

// folderPlace is a folder of manifests.
type folderPlace struct{ *sink.Directory }

func (p folderPlace) write(ctx context.Context, src *opened, o *restore.Options, keepLabels bool, items report.Sink) (*report.Summary, error) {
	return restore.Manifests(ctx, src.Source, o, p.Directory, keepLabels, items)
}

func (p folderPlace) wrote(s *report.Summary) string {
	return render.Manifests(s.Outcomes[report.Create]+s.Outcomes[report.Update]) + " of " + render.Items(s.Items)
}

func (p folderPlace) preview() string { return "" }

// transformInto is the one call that the command makes.
func transformInto(ctx context.Context, to place, src *opened, o *restore.Options, keepLabels bool, items report.Sink) (*report.Summary, error) {
	if err := o.Complete(src.Name()); err != nil {
		return nil, err
	}
	return to.write(ctx, src, o, keepLabels, items)
}

// create prepares OUT before the backup is opened, so that one that cannot be used ends the run at once.
func (f *outFlags) create(streams Streams, args []string) (place, error) {
	if err := f.apartFrom(args); err != nil {
		return nil, err
	}
	if f.toStore {
		return f.createStorePlace()
	}
	if !f.isArchive() {
		folder, err := sink.CreateDirectory(f.out, f.force, sink.Format(f.format.value))
		if err != nil {
			return nil, err
		}
		return folderPlace{folder}, nil
	}
	packed := rewrite.ArchiveOptions{Level: f.level, Workers: f.parallel}
	archive, err := createArchive(streams, f.out, f.force, args)
	if err != nil {
		return nil, err
	}
	return archivePlace{archive, f.out, packed}, nil
}

// apartFrom refuses an output that is the input's folder, or inside it, where it would be read as part of the backup.
func (f *outFlags) apartFrom(args []string) error {
	if len(args) == 0 || f.out == standard {
		return nil
	}
	input, err := os.Stat(args[0])
	if err != nil || !input.IsDir() {
		return nil // whoever opens the input says what is wrong with it
	}
	dir, err := filepath.Abs(f.out)
	if err != nil {
		return err
	}
	for {
		if there, err := os.Stat(dir); err == nil && os.SameFile(there, input) {
			return fmt.Errorf("%s: the output is the input, or inside it: name another place", f.out)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}
