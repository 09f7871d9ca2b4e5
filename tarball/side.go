package tarball

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

// sideFactor is how many times an entry's limit a file beside the tarball may hold unpacked: one of them lists all
// items of the backup.
const sideFactor = 4

// Side is what stands beside the tarball in a backup's folder, as far as a restore reads it.
type Side struct {
	Backup           *velero.Backup // nil for a bare tarball
	PodVolumeBackups []velero.PodVolumeBackup
	VolumeSnapshots  []velero.VolumeSnapshot
	VolumeInfos      []velero.VolumeInfo
	HasVolumeInfos   bool // Velero decides otherwise for a backup without this file than for one with an empty list
	CSISnapshots     []velero.CSIVolumeSnapshot
	Files            []SideFile // all files of the backup but the tarball, by name
}

// SideFile is a file beside the tarball.
type SideFile struct {
	Name    string
	Kind    layout.FileKind
	Size    int64 // as stored, so mostly gzipped
	Entries int   // how many elements it has; -1 where Side did not need to look, see CountEntries
}

// Side reads the files beside the tarball. For anything but a backup's folder it is empty; a file that is not there
// leaves its field empty.
func (s *Source) Side() (*Side, error) {
	side := new(Side)
	if s.store == nil {
		return side, nil
	}
	side.Backup = s.store.backup
	names, err := os.ReadDir(s.store.dir)
	if err != nil {
		return nil, &Error{File: s.store.dir, Problem: systemText(err), Kind: err}
	}
	for _, name := range names {
		kind, ok := layout.KindOf(s.store.prefix, name.Name())
		if !ok || kind == layout.Tarball {
			continue
		}
		info, err := name.Info()
		if err != nil {
			return nil, &Error{File: filepath.Join(s.store.dir, name.Name()), Problem: systemText(err), Kind: err}
		}
		file := SideFile{Name: name.Name(), Kind: kind, Size: info.Size()}
		if file.Entries, err = s.decode(side, file); err != nil {
			return nil, err
		}
		side.Files = append(side.Files, file)
	}
	return side, nil
}

// decode reads one file into its field and returns the number of its elements.
func (s *Source) decode(side *Side, file SideFile) (int, error) {
	switch file.Kind {
	case layout.BackupObject:
		return 1, nil
	case layout.PodVolumeBackups:
		return decodeList(s, file, &side.PodVolumeBackups)
	case layout.VolumeSnapshots:
		return decodeList(s, file, &side.VolumeSnapshots)
	case layout.VolumeInfos:
		side.HasVolumeInfos = true
		return decodeList(s, file, &side.VolumeInfos)
	case layout.CSIVolumeSnapshots:
		return decodeList(s, file, &side.CSISnapshots)
	default:
		return -1, nil
	}
}

func decodeList[T any](s *Source, file SideFile, list *[]T) (int, error) {
	err := s.readSide(file.Name, func(in *json.Decoder) error { return in.Decode(list) })
	return len(*list), err
}

// CountEntries returns how many elements a file has: items of the resource list, messages of the results, elements of
// a list. It is -1 for a file without elements, such as the logs.
func (s *Source) CountEntries(file SideFile) (int, error) {
	if file.Entries >= 0 {
		return file.Entries, nil
	}
	count := 0
	var err error
	switch file.Kind {
	case layout.ResourceList:
		var list map[string][]json.RawMessage
		err = s.readSide(file.Name, func(in *json.Decoder) error { return in.Decode(&list) })
		for _, items := range list {
			count += len(items)
		}
	case layout.Results:
		var results map[string]Messages
		results, err = s.results(file)
		for _, r := range results {
			count += len(r.Velero) + len(r.Cluster)
			for _, messages := range r.Namespaces {
				count += len(messages)
			}
		}
	case layout.Logs:
		return -1, nil
	default:
		var list []json.RawMessage
		count, err = decodeList(s, file, &list)
	}
	return count, err
}

// readSide decodes the JSON of a file beside the tarball.
func (s *Source) readSide(name string, read func(*json.Decoder) error) error {
	return ReadSideFile(filepath.Join(s.store.dir, name), s.limits, func(in io.Reader) error { return read(json.NewDecoder(in)) })
}

// sideError says what is wrong with a file of JSON.
func sideError(path string, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) {
		return &Error{File: path, Kind: ErrDamaged, Problem: fmt.Sprintf("is not what Velero writes there: %v; fetch it again", velero.Misfit(err))}
	}
	return readError(path, "", err)
}
