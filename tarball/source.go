package tarball

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/spool"
)

// The formats of a source.
const (
	FormatTarGz  = "tar.gz"
	FormatTar    = "tar"
	FormatFolder = "folder"
)

const standardInput = "standard input"

// Options are how to open a backup; the zero value works.
type Options struct {
	Limits  Limits
	TempDir string    // where standard input is spooled, the only place ever written to; the system's if empty
	Stdin   io.Reader // what "-" reads
	// Progress, where given, is told now and then how far a pass has come.
	Progress func(entries, bytes int64)
}

// Source is an opened backup. It may be read several times, one time after the other.
type Source struct {
	name   string
	label  string // how errors name the file
	path   string
	format string
	limits Limits
	seed   maphash.Seed

	progress func(entries, bytes int64)

	archive io.ReaderAt // nil for a folder with an unpacked backup
	size    int64
	closer  io.Closer
	store   *storeFolder // nil but for a backup's folder in the object store
}

// Open finds out by content what path is: a tar.gz, a plain tar, "-" for standard input, a backup's folder in the
// object store, or a folder with an unpacked backup. What is no regular file, such as a pipe, is spooled like standard
// input, which the context can end.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	s := &Source{limits: o.Limits.withDefaults(), seed: maphash.MakeSeed(), progress: o.Progress}
	if path == "-" {
		if o.Stdin == nil {
			return nil, errors.New(standardInput + ": there is none: name a file")
		}
		s.name, s.label = "stdin", standardInput
		return s.opened(s.spool(ctx, o.Stdin, o))
	}
	s.label = path
	info, err := os.Stat(path)
	if err != nil {
		return nil, &Error{File: path, Problem: systemText(err), Kind: err}
	}
	if info.IsDir() {
		return s.opened(s.openFolder(ctx, path, o))
	}
	return s.opened(s.openFile(ctx, path, o))
}

// opened returns the source, or closes what a failure left open.
func (s *Source) opened(err error) (*Source, error) {
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openFile opens the file that holds a tarball; it stays open, so every pass reads the same file even if another takes
// its name in the meantime.
func (s *Source) openFile(ctx context.Context, path string, o Options) error {
	f, err := openUntilDone(ctx, path)
	if isContextError(err) {
		return err
	}
	if err != nil {
		return &Error{File: path, Problem: systemText(err), Kind: err}
	}
	return s.useFile(ctx, path, f, o)
}

// useFile reads the opened file, and closes it in the end.
func (s *Source) useFile(ctx context.Context, path string, f *os.File, o Options) error {
	info, err := f.Stat()
	if err != nil {
		return errors.Join(&Error{File: path, Problem: systemText(err), Kind: err}, f.Close())
	}
	s.name, s.label = layout.BackupOfTarball(filepath.Base(path)), path
	if !info.Mode().IsRegular() {
		defer f.Close()
		return s.spool(ctx, f, o)
	}
	s.path, s.archive, s.size, s.closer = path, f, info.Size(), f
	return s.detect(ctx)
}

// spool copies a stream to a temporary file, so that it can be read several times.
func (s *Source) spool(ctx context.Context, in io.Reader, o Options) error {
	file, err := spool.NewTempFile(o.TempDir)
	if err != nil {
		return fmt.Errorf("%s: cannot be spooled: %w", s.label, err)
	}
	s.archive, s.closer = file, file
	s.size, err = copyUntilDone(ctx, file, &meter{in: in, file: s.label, limits: s.limits})
	if err == nil {
		return s.detect(ctx)
	}
	var known *Error
	if errors.As(err, &known) || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%s: cannot be spooled to %s: %w", s.label, filepath.Dir(file.Name()), err)
}

// openUntilDone opens a file until the context is done: a named pipe opens only once somebody writes to it.
func openUntilDone(ctx context.Context, path string) (*os.File, error) {
	var f *os.File
	var err error
	done := make(chan struct{})
	go func() {
		f, err = os.Open(path)
		close(done)
	}()
	select {
	case <-done:
		return f, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// copyUntilDone copies until the end or until the context is done, even while a read blocks; that read is then left
// to end with the process.
func copyUntilDone(ctx context.Context, out io.Writer, in io.Reader) (int64, error) {
	type result struct {
		n   int64
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := io.Copy(out, untilDone(ctx, in))
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return r.n, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// untilDone reads in until the context is done.
func untilDone(ctx context.Context, in io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return in.Read(p)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Close closes the backup and removes the spool of standard input.
func (s *Source) Close() error {
	if s.closer == nil {
		return nil
	}
	closer := s.closer
	s.closer = nil
	return closer.Close()
}

// Name is the backup's name as far as the source tells: the file's name without .tar.gz and -data, the name in
// velero-backup.json, or "stdin".
func (s *Source) Name() string { return s.name }

// Path is the file that holds the tarball, or the folder of an unpacked backup; "" for standard input.
func (s *Source) Path() string { return s.path }

// Format is FormatTarGz, FormatTar or FormatFolder.
func (s *Source) Format() string { return s.format }

// raw reads the file from its start.
func (s *Source) raw(ctx context.Context) io.Reader {
	return untilDone(ctx, io.NewSectionReader(s.archive, 0, s.size))
}

// systemText is what the system said without the name of the file, which an Error has already.
func systemText(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
