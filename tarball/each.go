package tarball

import (
	"archive/tar"
	"context"
	"io"
	"strconv"
	"time"
)

// Entry is a file in a backup. It is valid until the visit that it was handed to returns.
type Entry struct {
	Path    string // in its normal form, with slashes
	Size    int64
	Mode    int64
	ModTime time.Time

	read func(path string, size int64) ([]byte, error)
	body []byte
	err  error
	done bool
}

// Body returns the entry's bytes, which nobody may change and which are valid until visit returns. An entry whose Body
// is not asked for is skipped cheaply.
func (e *Entry) Body() ([]byte, error) {
	if !e.done {
		e.done = true
		e.body, e.err = e.read(e.Path, e.Size)
	}
	return e.body, e.err
}

// Each reads the backup from its start to its very end, entry by entry, and checks all of it: gzip's checksum and
// length, the paths, the kinds of entries, the limits. Directories are passed over. A path that occurs a second time
// with the same bytes is visited once. The first error of visit ends it and is returned as it is; so does the end of
// the context.
//
// The archive is good only when Each returns nil. In particular two different entries at one path are found at the
// end, since only then the first of them is read once more.
func (s *Source) Each(ctx context.Context, visit func(*Entry) error) error {
	visit = s.told(visit)
	if s.archive == nil {
		return s.eachFile(ctx, visit)
	}
	paths := newPathSet(s.seed)
	err := s.eachEntry(ctx, func(e *Entry) error {
		if !paths.add(e.Path) {
			return s.checkRepeats(paths)
		}
		return visit(e)
	})
	if err != nil {
		return err
	}
	return s.compareRepeats(ctx, paths)
}

// told tells the progress of what is visited.
func (s *Source) told(visit func(*Entry) error) func(*Entry) error {
	if s.progress == nil {
		return visit
	}
	var entries, bytes int64
	return func(e *Entry) error {
		bytes += e.Size
		if entries++; entries%1024 == 0 {
			s.progress(entries, bytes)
		}
		return visit(e)
	}
}

// eachEntry visits every regular file of an archive, those with a path seen before too.
func (s *Source) eachEntry(ctx context.Context, visit func(*Entry) error) error {
	t, err := s.newTarReader(ctx)
	if err != nil {
		return err
	}
	read, entry := t.read, new(Entry)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		path, err := s.checkEntry(h.name, h.kind)
		if err != nil {
			return err
		}
		if h.kind == tar.TypeDir {
			continue
		}
		*entry = Entry{Path: path, Size: h.size, Mode: h.mode, ModTime: h.modTime, read: read}
		if err := visit(entry); err != nil {
			return err
		}
		t.release()
	}
}

// checkEntry refuses paths and kinds that no backup has, and returns the path in its normal form.
func (s *Source) checkEntry(name string, kind byte) (string, error) {
	if err := checkName(s.label, name); err != nil {
		return "", err
	}
	path, problem := cleanPath(name)
	if problem == "" && kind == tar.TypeReg && (path == "." || name[len(name)-1] == '/') {
		problem = "is a file with the name of a directory"
	}
	if problem != "" {
		return "", &Error{File: s.label, Entry: printable(name), Kind: ErrUnsafePath,
			Problem: problem + "; Velero writes no such entry, so nothing of this archive is used"}
	}
	if kind != tar.TypeReg && kind != tar.TypeDir {
		return "", &Error{File: s.label, Entry: printable(name), Kind: ErrEntryType,
			Problem: "is " + kindName(kind) + "; Velero writes ordinary files only, so nothing of this archive is used"}
	}
	return path, nil
}

func kindName(kind byte) string {
	switch kind {
	case tar.TypeSymlink:
		return "a symbolic link"
	case tar.TypeLink:
		return "a hard link"
	case tar.TypeChar, tar.TypeBlock:
		return "a device"
	case tar.TypeFifo:
		return "a named pipe"
	case tar.TypeGNUSparse:
		return "a sparse file"
	case tar.TypeXGlobalHeader:
		return "a global header"
	default:
		return "of the unknown kind " + strconv.QuoteRune(rune(kind))
	}
}

// printable quotes a name that a terminal had better not see, and cuts one that would fill it.
func printable(name string) string {
	if len(name) > 1024 {
		name = name[:1024] + "…"
	}
	quoted := strconv.Quote(name)
	if quoted[1:len(quoted)-1] == name {
		return name
	}
	return quoted
}
