package cmd

import (
	"context"
	"errors"
	"io"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/backup"
)

// session is one run of a command that reads a backup: what it opens is closed, its progress is gone before anything
// else is written, and its result goes to the screen.
type session struct {
	streams Streams
	output  *outputFlags
	work    *progress
	screen  *screen
}

// begin begins the run of a command; the caller ends it.
func (f *outputFlags) begin(streams Streams) *session {
	work := newProgress(f.progress.value, streams.Err, f.quiet)
	return &session{streams: streams, output: f, work: work, screen: f.open(streams, work)}
}

// silent is a session for a part of the work, which says nothing by itself.
func (s *session) silent() *session {
	output := *s.output
	output.quiet = true
	return &session{streams: s.streams, output: &output, screen: &screen{streams: s.streams}}
}

// end takes the progress away and waits until the user has left the pager.
func (s *session) end() error {
	s.work.end()
	return s.screen.Close()
}

// abandon ends a run that may have ended before. If it has not, it fails for another reason, which is told.
func (s *session) abandon() { _ = s.end() }

// withBackup opens the backup at a path, works on it and closes it.
func withBackup[T any](ctx context.Context, s *session, from *sourceFlags, path string, work func(*opened) (T, error)) (result T, err error) {
	src, err := from.open(ctx, s.streams, path, s.work)
	if err != nil {
		return result, err
	}
	s.work.reading(src)
	result, err = work(src)
	return result, errors.Join(err, s.end(), src.Close())
}

// withCluster is withBackup for what stands for a cluster: a backup or manifests. It reads what a backup with these
// options could reach.
func withCluster[T any](ctx context.Context, s *session, from *sourceFlags, path string, o *backup.Options, work func(*clusterSource) (T, error)) (result T, err error) {
	src, err := from.openCluster(ctx, s.streams, path, o, s.work)
	if err != nil {
		return result, err
	}
	result, err = work(src)
	return result, errors.Join(err, s.end(), src.Close())
}

// note tells the user something beside the result.
func (s *session) note(line string) {
	if !s.output.quiet {
		s.streams.say(line)
	}
}

// noteLeftOut tells of manifests that are not among the items, where no finding does.
func (s *session) noteLeftOut(source *clusterSource) {
	for _, f := range source.LeftOut() {
		s.note("veltx: " + f.Message)
	}
}

// wrote tells the user, beside a result that is a file, what was found and what was written.
func (s *session) wrote(what string, writeFindings func(out io.Writer, style render.Style) error) error {
	if s.output.quiet {
		return nil
	}
	err := writeFindings(s.streams.Err, s.output.styleOn(s.streams.Err))
	s.note("veltx: wrote " + what)
	return err
}
