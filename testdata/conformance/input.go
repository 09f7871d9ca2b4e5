package conformance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Input is all that one restore depends on. Every document is JSON.
type Input struct {
	// Tarball is the backup's tar.gz file.
	Tarball []byte
	// Restore and Backup are the two objects.
	Restore, Backup []byte
	// Target are the objects that the cluster has before the restore.
	Target [][]byte
	// Modifiers is the ConfigMap of the resource modifiers, or nil.
	Modifiers []byte
	// PodVolumeBackups, VolumeSnapshots, VolumeInfo and CSIVolumeSnapshots are
	// the side files of the backup, JSON lists, or nil.
	PodVolumeBackups, VolumeSnapshots, VolumeInfo, CSIVolumeSnapshots []byte
	// Features are the feature flags of the server.
	Features []string
	// Controllers says that the cluster has the controllers that fill namespaces.
	Controllers bool
	// Plugins are the test plugins that the server has, by the names of package plugintest.
	Plugins []string
}

// PluginProgram is the variable that names the program of the test plugins which Velero's own framework serves.
const PluginProgram = "VELTX_TEST_PLUGINS"

// OwnProgram is the variable that names a veltx, which is the plugin veltx, and veltx-v1.
const OwnProgram = "VELTX_PROGRAM"

// Input returns what the case gives to a restore.
func (c *Case) Input() (Input, error) {
	tarball, err := c.Tarball()
	if err != nil {
		return Input{}, err
	}
	return Input{
		Tarball: tarball, Restore: c.Restore, Backup: c.Backup, Target: c.Target, Modifiers: c.Modifiers,
		PodVolumeBackups: c.PodVolumeBackups, VolumeSnapshots: c.VolumeSnapshots,
		VolumeInfo: c.VolumeInfo, CSIVolumeSnapshots: c.CSIVolumeSnapshots, Features: c.Features,
		Controllers: c.Controllers, Plugins: c.Plugins,
	}, nil
}

// Files are the documents that accompany a backup folder; the paths of all but
// Restore may be empty.
type Files struct {
	// Backup is the backup's folder as it stands in the object store.
	Backup string
	// Restore, Target and Modifiers are YAML files.
	Restore, Target, Modifiers string
	// Features are the feature flags of the server.
	Features []string
}

// ReadFiles reads a backup's folder and the files of one restore of it.
func ReadFiles(f Files) (Input, error) {
	in, err := ReadBackup(f.Backup)
	if err != nil {
		return in, err
	}
	in.Features = f.Features
	return in, in.readRestore(f)
}

// ReadBackup reads a backup's folder, with a Restore of it that has no options.
func ReadBackup(folder string) (Input, error) {
	in := Input{}
	name := filepath.Base(folder)
	in.Restore = fmt.Appendf(nil, `{"apiVersion":"velero.io/v1","kind":"Restore","metadata":{"name":"r","namespace":"velero","uid":"00000000-0000-4000-8000-000000000001"},"spec":{"backupName":%q}}`, name)
	file := func(suffix string) string { return filepath.Join(folder, name+suffix) }
	var err error
	if in.Tarball, err = os.ReadFile(file(".tar.gz")); err != nil {
		return in, fmt.Errorf("reading the backup: %w", err)
	}
	if in.Backup, err = os.ReadFile(filepath.Join(folder, "velero-backup.json")); err != nil {
		return in, fmt.Errorf("reading the backup: %w", err)
	}
	for suffix, place := range map[string]*[]byte{
		"-podvolumebackups.json.gz":    &in.PodVolumeBackups,
		"-volumesnapshots.json.gz":     &in.VolumeSnapshots,
		"-volumeinfo.json.gz":          &in.VolumeInfo,
		"-csi-volumesnapshots.json.gz": &in.CSIVolumeSnapshots,
	} {
		if *place, err = readGzip(file(suffix)); err != nil {
			return in, err
		}
	}
	return in, nil
}

func (in *Input) readRestore(f Files) error {
	data, err := os.ReadFile(f.Restore)
	if err != nil {
		return fmt.Errorf("reading the Restore: %w", err)
	}
	if in.Restore, err = toJSON(data); err != nil {
		return fmt.Errorf("reading the Restore: %w", err)
	}
	if f.Target != "" {
		if data, err = os.ReadFile(f.Target); err != nil {
			return fmt.Errorf("reading the target: %w", err)
		}
		if in.Target, err = documents(data); err != nil {
			return fmt.Errorf("reading the target: %w", err)
		}
	}
	if f.Modifiers == "" {
		return nil
	}
	if data, err = os.ReadFile(f.Modifiers); err != nil {
		return fmt.Errorf("reading the resource modifiers: %w", err)
	}
	if in.Modifiers, err = modifiersConfigMap(data); err != nil {
		return fmt.Errorf("reading the resource modifiers: %w", err)
	}
	return nil
}

// readGzip reads a compressed file; one that is not there is nil.
func readGzip(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a side file: %w", err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	out, err := io.ReadAll(zip)
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	return out, nil
}
