package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

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
	how  restore.ManifestOptions
	made *restore.Written
}

func (p *folderPlace) transform(ctx context.Context, src *opened, o *restore.Options, items report.Sink) (*report.Summary, error) {
	summary, made, err := restore.Manifests(ctx, src.Source, o, p.Directory, p.how, items)
	p.made = made
	return summary, err
}

func (p *folderPlace) wrote(s *report.Summary) string {
	text := render.Count(p.made.Manifests, "manifest") + " of " + render.Count(s.Items, "item")
	if n := p.made.Controlled; n > 0 {
		text += ", without " + render.Count(n, "object") + " that controllers make (--all has them)"
	}
	return text
}

func (p *folderPlace) preview() string { return "" }

// archiveOutput is where an archive goes: a file that shows only after Commit, or standard output, from which nothing
// can be taken back.
type archiveOutput interface {
	io.Writer
	ended
}

// createArchive prepares OUT, which may replace a file with force, but none of the inputs.
func createArchive(streams Streams, out string, force bool, input string) (archiveOutput, error) {
	if out == standard {
		return stream{streams.Out}, nil
	}
	file, err := sink.CreateFile(out, sink.FileOptions{Replace: force, Inputs: inputs(streams.In, input)})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// stream is standard output.
type stream struct{ out io.Writer }

// Write implements io.Writer.
func (s stream) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	var atPath *fs.PathError
	if errors.As(err, &atPath) {
		err = atPath.Err
	}
	if err != nil {
		return n, fmt.Errorf("write %s: %w", standard, err)
	}
	return n, nil
}

// Commit implements ended.
func (stream) Commit() error { return nil }

// Abort implements ended.
func (stream) Abort() {}

// wantFile refuses standard output for a file beside the result, which goes there.
func wantFile(flag, name string) error {
	if name == standard {
		return wrongUsage("--%s -: standard output has the result: name a file", flag)
	}
	return nil
}

// noTerminal refuses to write an archive where people read.
func noTerminal(streams Streams, out string) error {
	if out == standard && isTerminal(streams.Out) {
		return errors.New("the archive would go to the terminal: redirect standard output, or name a file with -o")
	}
	return nil
}

// inputs are the files that the output must not replace. One that cannot be looked at is left to whoever opens it.
func inputs(stdin io.Reader, path string) []os.FileInfo {
	look := func() (os.FileInfo, error) { return os.Stat(path) }
	if file, ok := stdin.(*os.File); ok && path == standard {
		look = file.Stat
	}
	info, err := look()
	if err != nil {
		return nil
	}
	return []os.FileInfo{info}
}
