package verify

import (
	"errors"

	"github.com/veltx/veltx/tarball"
)

// ID says what kind of damage a finding is. IDs do not change from one release to the next.
type ID string

// What can be found.
const (
	ArchiveMissing   ID = "archive-missing"     // no tarball, or several and none of the backup's name
	ArchiveNotBackup ID = "archive-not-backup"  // neither gzip nor tar, or no tar inside
	ArchiveTruncated ID = "archive-truncated"   // ends too early
	ArchiveDamaged   ID = "archive-damaged"     // a checksum, a header, a stream that cannot be unpacked
	ArchiveDuplicate ID = "archive-duplicate"   // two different entries at one path
	ArchiveUnsafe    ID = "archive-unsafe-path" // a path that leads out of the archive
	ArchiveEntryType ID = "archive-entry-type"  // a link, a device

	VersionMissing ID = "version-missing" // no metadata/version
	VersionOdd     ID = "version-odd"     // metadata/version is none that Velero reads
	EntryOdd       ID = "entry-odd"       // an entry where Velero writes none

	ItemNotJSON   ID = "item-not-json"
	ItemNotUTF8   ID = "item-not-utf8"  // bytes in it are no UTF-8
	ItemName      ID = "item-name"      // metadata.name is not that of the path
	ItemNamespace ID = "item-namespace" // metadata.namespace is not that of the path
	ItemKind      ID = "item-kind"      // no kind, or not that of the folder
	ItemVersion   ID = "item-version"   // apiVersion is missing, or not that of the path
	TwinMissing   ID = "twin-missing"   // an item without its copy in the preferred version, or the other way round
	TwinDiffers   ID = "twin-differs"   // the two are not the same bytes

	FolderNotBackup ID = "folder-not-backup"     // a folder of the store without anything of a backup
	BackupOfArk     ID = "backup-of-ark"         // ark-backup.json in place of velero-backup.json
	BackupMissing   ID = "backup-object-missing" // no velero-backup.json
	BackupBroken    ID = "backup-object-broken"  // not JSON, or no Backup
	BackupName      ID = "backup-object-name"    // of another name than the files, or than the folder in the store
	BackupCount     ID = "backup-object-count"   // of items

	SideNotGzip   ID = "side-not-gzip"  // not gzip, truncated, a wrong checksum
	SideNotJSON   ID = "side-not-json"  // not what Velero writes there
	ListLacksItem ID = "list-lacks"     // the resource list does not name an item
	ListHasMore   ID = "list-has-more"  // the resource list names an item that is not there
	UnknownVolume ID = "unknown-volume" // a list names a PersistentVolume that is not there
	UnknownPod    ID = "unknown-pod"    // a pod volume backup names a pod that is not there

	ChecksumDiffers ID = "checksum-differs" // an entry is not what it was
	ChecksumMissing ID = "checksum-missing" // an entry of the checksums is not there
	ChecksumNew     ID = "checksum-new"     // an entry is not among the checksums
)

// Finding is one thing that is wrong.
type Finding struct {
	ID    ID     `json:"id"`
	File  string `json:"file"`            // of the backup
	Entry string `json:"entry,omitempty"` // in the tarball
	Text  string `json:"text"`
}

// Report is what was found in one backup.
type Report struct {
	Backup   string    `json:"backup"`
	Source   string    `json:"source"`
	Items    int       `json:"items"` // each once for each of its versions
	Entries  int       `json:"entries"`
	Bytes    int64     `json:"bytes"` // unpacked
	Files    int       `json:"files"` // beside the tarball
	Findings []Finding `json:"findings"`
	// Failed are the items that Velero lists and did not store, as it failed on them: no damage.
	Failed []FailedItem `json:"failed,omitempty"`
	Counts map[ID]int   `json:"counts,omitempty"` // of all findings
}

// maxEach is how many findings of one kind are told one by one; the rest are counted.
const maxEach = 100

func (r *Report) find(id ID, file, entry, text string) {
	if r.Counts == nil {
		r.Counts = map[ID]int{}
	}
	r.Counts[id]++
	if r.Counts[id] <= maxEach {
		r.Findings = append(r.Findings, Finding{ID: id, File: file, Entry: entry, Text: text})
	}
}

// Untold returns how many findings of a kind are only counted.
func (r *Report) Untold(id ID) int { return max(0, r.Counts[id]-maxEach) }

// archiveKinds are the errors of reading that are damage. All else is an error: a limit, or a file nobody can read.
var archiveKinds = []struct {
	err error
	id  ID
}{
	{tarball.ErrNotBackup, ArchiveNotBackup}, {tarball.ErrTruncated, ArchiveTruncated}, {tarball.ErrDamaged, ArchiveDamaged},
	{tarball.ErrDuplicate, ArchiveDuplicate}, {tarball.ErrUnsafePath, ArchiveUnsafe}, {tarball.ErrEntryType, ArchiveEntryType},
}

// damage turns an error of reading the archive into a finding, where it is one.
func (r *Report) damage(file string, err error) error {
	var known *tarball.Error
	if !errors.As(err, &known) {
		return err
	}
	for _, k := range archiveKinds {
		if errors.Is(known, k.err) {
			r.find(k.id, file, known.Entry, known.Problem)
			return nil
		}
	}
	return err
}
