package tarball

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

// storeFolder is a backup's folder in the object store.
type storeFolder struct {
	dir    string
	backup *velero.Backup
	prefix string // what the names of its files start with
}

// openStore opens the tarball beside velero-backup.json.
func (s *Source) openStore(ctx context.Context, dir string, o Options) error {
	backup, err := s.readBackupObject(dir)
	if err != nil {
		return err
	}
	tarball, prefix, err := s.findTarball(dir, backup.Name)
	if err != nil {
		return err
	}
	f, err := OpenIn(dir, filepath.Base(tarball))
	if err != nil {
		return err
	}
	if err := s.useFile(ctx, tarball, f, o); err != nil {
		return err
	}
	if backup.Name != "" {
		s.name = backup.Name
	}
	s.store = &storeFolder{dir: dir, backup: backup, prefix: prefix}
	return nil
}

func (s *Source) readBackupObject(dir string) (*velero.Backup, error) {
	backup := new(velero.Backup)
	err := s.readObjectIn(dir, func(in io.Reader) error { return json.NewDecoder(in).Decode(backup) })
	if err != nil {
		return nil, err
	}
	return backup, nil
}

// ReadBackupObject hands the text of velero-backup.json to read. It is for a backup that has one.
func (s *Source) ReadBackupObject(read func(io.Reader) error) error {
	return s.readObjectIn(s.store.dir, read)
}

func (s *Source) readObjectIn(dir string, read func(io.Reader) error) error {
	f, err := OpenIn(dir, layout.FileName("", layout.BackupObject))
	if err != nil {
		return err
	}
	defer f.Close()
	path := filepath.Join(dir, layout.FileName("", layout.BackupObject))
	bounded := &meter{in: f, file: path, limits: Limits{TotalBytes: s.limits.EntryBytes}}
	if err := read(bounded); err != nil {
		return sideError(path, err)
	}
	return nil
}

// findTarball returns the tarball of the backup with that name, else the only one in the folder, and the prefix that
// the names of the files beside it have.
func (s *Source) findTarball(dir, backup string) (path, prefix string, err error) {
	for _, file := range []string{layout.FileName(backup, layout.Tarball), layout.DownloadedTarball(backup)} {
		if path := filepath.Join(dir, file); backup != "" && exists(path) {
			return path, backup, nil
		}
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return "", "", &Error{File: dir, Problem: systemText(err), Kind: err}
	}
	var found []string
	for _, entry := range names {
		if strings.HasSuffix(entry.Name(), ".tar.gz") {
			found = append(found, entry.Name())
		}
	}
	switch len(found) {
	case 1:
		return filepath.Join(dir, found[0]), layout.BackupOfTarball(found[0]), nil
	case 0:
		return "", "", s.notBackup(fmt.Sprintf("has velero-backup.json but no tarball %s beside it", layout.FileName(backup, layout.Tarball)))
	default:
		return "", "", s.notBackup(fmt.Sprintf("has several tarballs and none is called %s; name the file", layout.FileName(backup, layout.Tarball)))
	}
}

// typeflag is tar's word for a kind of file.
func typeflag(mode fs.FileMode) byte {
	switch {
	case mode.IsRegular():
		return tar.TypeReg
	case mode.IsDir():
		return tar.TypeDir
	case mode&fs.ModeSymlink != 0:
		return tar.TypeSymlink
	case mode&fs.ModeNamedPipe != 0:
		return tar.TypeFifo
	default:
		return tar.TypeChar
	}
}

// readUpTo fills p as far as there is something to read.
func readUpTo(in io.Reader, p []byte) (int, error) {
	n, err := io.ReadFull(in, p)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, nil
	}
	return n, err
}
