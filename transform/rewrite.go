package transform

import (
	"context"
	"errors"
	"io"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// ArchiveOptions say how a rewritten archive is packed.
type ArchiveOptions struct {
	Level   int // of compression, 1 to 9; 0 means 3
	Workers int // 0 means one for each core
}

// Rewrite writes the backup's archive as it has to be so that a restore of it with no options gives what a restore of
// the original with these options gives. Items that are not selected are left out; other entries pass through.
func Rewrite(ctx context.Context, src *tarball.Source, o *Options, w io.Writer, a ArchiveOptions) (*report.Summary, error) {
	return nil, errors.New("rewrite")
}

// Manifests writes what a restore would create as manifests for kubectl or Git: without status, server-set metadata and
// restore-wait, and without Velero's labels unless keepLabels.
func Manifests(ctx context.Context, src *tarball.Source, o *Options, dir *sink.Directory, keepLabels bool) (*report.Summary, error) {
	return nil, errors.New("manifests")
}
