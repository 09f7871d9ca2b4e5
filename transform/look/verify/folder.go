package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

var backupFile = layout.FileName("", layout.BackupObject)

// arkFile is what velero-backup.json was called while Velero was Ark (v1.18.2 changelogs/CHANGELOG-1.0.md:94).
const arkFile = "ark-backup.json"

// folder is a backup's folder in the object store, however damaged.
type folder struct {
	dir    string
	files  []string
	prefix string         // of the names of its files
	backup *velero.Backup // nil where velero-backup.json is missing or broken

	failures   []failure // Velero's errors that name an item
	hasResults bool      // Velero's errors are known
}

func (f *folder) name() string {
	if f.backup != nil && f.backup.Name != "" {
		return f.backup.Name
	}
	return f.prefix
}

// openFolder finds out what the path is, and what of a backup's folder is there.
func (v *verifier) openFolder(path string) error {
	v.archive, v.file = path, filepath.Base(path)
	if path == "-" {
		v.file = "standard input"
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	f := &folder{dir: path, prefix: v.o.Name}
	for _, e := range entries {
		f.files = append(f.files, e.Name())
	}
	if !f.isStored() && v.o.Name == "" {
		return nil
	}
	v.folder = f
	if !slices.Contains(f.files, backupFile) && len(f.archives()) == 0 && !slices.Contains(f.files, arkFile) {
		v.archive, v.report.Backup = "", f.prefix
		v.report.find(FolderNotBackup, f.prefix, "", "holds no velero-backup.json and no tarball: Velero does not list it as a backup")
		return nil
	}
	if err := v.readBackupObject(); err != nil {
		return err
	}
	v.findArchive()
	return nil
}

// isStored tells a backup's folder from an unpacked backup, and from a folder that has nothing to do with backups.
func (f *folder) isStored() bool {
	if slices.Contains(f.files, backupFile) {
		return true
	}
	return !slices.Contains(f.files, "resources") && !slices.Contains(f.files, "metadata") && len(f.archives()) > 0
}

func (f *folder) archives() []string {
	return slices.DeleteFunc(slices.Clone(f.files), func(name string) bool { return !strings.HasSuffix(name, ".tar.gz") })
}

// findArchive finds the tarball: the one with the backup's name, else the only one.
func (v *verifier) findArchive() {
	f := v.folder
	found := f.archives()
	for _, name := range []string{layout.FileName(f.name(), layout.Tarball), layout.DownloadedTarball(f.name())} {
		if slices.Contains(found, name) {
			found = []string{name}
		}
	}
	v.archive, v.report.Backup = "", f.name()
	if len(found) != 1 {
		v.file = layout.FileName(f.name(), layout.Tarball)
		v.find(ArchiveMissing, "", "the folder has %d tarballs and none is called %s", len(found), v.file)
		f.prefix = f.name()
		return
	}
	v.archive, v.file, f.prefix = filepath.Join(f.dir, found[0]), found[0], layout.BackupOfTarball(found[0])
	v.report.Backup = f.name()
	v.checkBackupName()
}

func (v *verifier) checkBackupName() {
	f := v.folder
	if f.backup == nil {
		return
	}
	switch {
	case f.backup.Name != f.prefix:
		v.report.find(BackupName, backupFile, "", fmt.Sprintf("is of the backup %q, but the files beside it are of %q", f.backup.Name, f.prefix))
	case v.o.Name != "" && f.backup.Name != v.o.Name:
		v.report.find(BackupName, backupFile, "", fmt.Sprintf("is of the backup %q, but stands in the store as %q", f.backup.Name, v.o.Name))
	}
}

// readBackupObject reads velero-backup.json.
func (v *verifier) readBackupObject() error {
	file, err := tarball.OpenIn(v.folder.dir, backupFile)
	if errors.Is(err, fs.ErrNotExist) {
		if slices.Contains(v.folder.files, arkFile) {
			v.report.find(BackupOfArk, arkFile, "", "is of Ark, as Velero was called before 0.11: no Velero since 1.0 reads it or lists this backup")
			return nil
		}
		v.report.find(BackupMissing, backupFile, "", "is not there: Velero does not see this backup")
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, tarball.DefaultEntryBytes+1))
	if err != nil {
		return err
	}
	backup := new(velero.Backup)
	unread := json.Unmarshal(data, backup)
	var problem string
	switch {
	case int64(len(data)) > tarball.DefaultEntryBytes:
		problem = "is larger than any Backup"
	case unread != nil:
		problem = "is no Backup: " + velero.Misfit(unread).Error()
	case backup.Kind != "Backup" || !strings.HasPrefix(backup.APIVersion, "velero.io/"):
		problem = fmt.Sprintf("is no Backup of velero.io but %q of %q", backup.Kind, backup.APIVersion)
	default:
		v.folder.backup = backup
		return nil
	}
	v.report.find(BackupBroken, backupFile, "", problem)
	return nil
}
