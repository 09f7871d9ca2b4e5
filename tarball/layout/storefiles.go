package layout

import "strings"

// FileKind says what a file of a backup's folder in the object store holds.
// Source: Velero v1.18.2 pkg/persistence/object_store_layout.go.
type FileKind string

// The kinds of files of a backup. Lists are gzipped JSON.
const (
	BackupObject              FileKind = "backup" // the Backup itself, not gzipped
	Tarball                   FileKind = "tarball"
	Logs                      FileKind = "logs"
	PodVolumeBackups          FileKind = "podvolumebackups"
	VolumeSnapshots           FileKind = "volumesnapshots"
	VolumeInfos               FileKind = "volumeinfo"
	ResourceList              FileKind = "resource-list"
	ItemOperations            FileKind = "itemoperations"
	Results                   FileKind = "results"
	CSIVolumeSnapshots        FileKind = "csi-volumesnapshots"
	CSIVolumeSnapshotContents FileKind = "csi-volumesnapshotcontents"
	CSIVolumeSnapshotClasses  FileKind = "csi-volumesnapshotclasses"
)

const (
	backupObjectFile = "velero-backup.json"
	tarballSuffix    = ".tar.gz"
	downloadedSuffix = "-data.tar.gz"
)

// sideSuffixes is what follows the backup's name; a suffix stands before those that it ends in.
var sideSuffixes = []struct {
	kind   FileKind
	suffix string
}{
	{CSIVolumeSnapshots, "-csi-volumesnapshots.json.gz"},
	{CSIVolumeSnapshotContents, "-csi-volumesnapshotcontents.json.gz"},
	{CSIVolumeSnapshotClasses, "-csi-volumesnapshotclasses.json.gz"},
	{PodVolumeBackups, "-podvolumebackups.json.gz"},
	{VolumeSnapshots, "-volumesnapshots.json.gz"},
	{VolumeInfos, "-volumeinfo.json.gz"},
	{ResourceList, "-resource-list.json.gz"},
	{ItemOperations, "-itemoperations.json.gz"},
	{Results, "-results.gz"},
	{Logs, "-logs.gz"},
	{Tarball, tarballSuffix},
}

// FileName returns the name of the backup's file of a kind, "" for a kind that does not exist.
func FileName(backup string, kind FileKind) string {
	if kind == BackupObject {
		return backupObjectFile
	}
	for _, s := range sideSuffixes {
		if s.kind == kind {
			return backup + s.suffix
		}
	}
	return ""
}

// DownloadedTarball returns the name that `velero backup download` gives to a backup's tarball.
func DownloadedTarball(backup string) string { return backup + downloadedSuffix }

// KindOf returns the kind of a backup's file, and false for a file that is none of this backup's. It is the way back
// from FileName: KindOf(b, FileName(b, k)) is k.
func KindOf(backup, file string) (FileKind, bool) {
	if file == backupObjectFile {
		return BackupObject, true
	}
	suffix, ok := strings.CutPrefix(file, backup)
	if !ok {
		return "", false
	}
	if suffix == downloadedSuffix {
		return Tarball, true
	}
	for _, s := range sideSuffixes {
		if s.suffix == suffix {
			return s.kind, true
		}
	}
	return "", false
}

// BackupOfTarball returns the name of the backup whose tarball has this file name: without .tar.gz, .tgz or .tar, and
// without the -data of a downloaded one.
func BackupOfTarball(file string) string {
	name := file
	for _, suffix := range []string{tarballSuffix, ".tgz", ".tar"} {
		if cut, ok := strings.CutSuffix(file, suffix); ok {
			name = cut
			break
		}
	}
	if cut, ok := strings.CutSuffix(name, "-data"); ok && cut != "" {
		return cut
	}
	return name
}
