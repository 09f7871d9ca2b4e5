package verify

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// Options say how to look; the zero value works.
type Options struct {
	Open  tarball.Options
	Name  string     // that the backup has in its store; "" where it is in none
	Check *Checksums // what the entries were; nil for none
	Write io.Writer  // where the checksums of the entries go; nil for nowhere
}

// Backup looks for damage in the backup at a path, which is anything that tarball.Open takes, and also a backup's
// folder that it does not take any more. An error means that nobody could look; damage is in the report.
func Backup(ctx context.Context, path string, o Options) (*Report, error) {
	v := &verifier{
		o: o, report: &Report{Source: path, Findings: []Finding{}}, seed: maphash.MakeSeed(),
		expected: map[layout.ItemKey][]Finding{}, twins: map[layout.ItemKey]twin{}, others: map[uint64]bool{}, later: map[layout.ItemKey]bool{}, kinds: map[string]seenKind{},
	}
	if err := v.openFolder(path); err != nil {
		return nil, err
	}
	if err := v.readSideFiles(); err != nil {
		return nil, err
	}
	if v.archive != "" {
		if err := v.readArchive(ctx); err != nil {
			return nil, err
		}
	}
	return v.report, nil
}

// verifier looks at one backup.
type verifier struct {
	o      Options
	report *Report
	seed   maphash.Seed

	folder  *folder // nil for a bare archive
	archive string  // path of what holds the items, "" for none
	file    string  // how findings call it

	list     *resourceList
	expected map[layout.ItemKey][]Finding // what is wrong unless the item turns up
	twins    map[layout.ItemKey]twin
	others   map[uint64]bool         // hashes of copies in versions that are not the preferred one
	twinless bool                    // the backup is of a Velero that wrote no copies
	later    map[layout.ItemKey]bool // items that operations of item actions add when they end
	added    int                     // how many of them there are, and the resource list lacks
	kinds    map[string]seenKind
	version  bool // metadata/version was seen
	sums     *checksumList
}

func (v *verifier) find(id ID, entry, format string, args ...any) {
	v.report.find(id, v.file, entry, fmt.Sprintf(format, args...))
}

// readArchive reads the tarball and draws the conclusions that only its end allows.
func (v *verifier) readArchive(ctx context.Context) (err error) {
	src, err := tarball.Open(ctx, v.archive, v.o.Open)
	if err != nil {
		return v.report.damage(v.file, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	v.report.Backup = src.Name()
	if v.folder != nil {
		v.report.Backup = v.folder.name()
	}
	if v.o.Write != nil {
		v.sums = &checksumList{dir: v.o.Open.TempDir}
		defer func() { err = errors.Join(err, v.sums.close()) }()
	}
	if err := src.Each(ctx, v.entry); err != nil {
		return v.report.damage(v.file, err) // what was not read may hold what seems to be missing
	}
	return v.conclude()
}

func (v *verifier) conclude() error {
	if !v.version && v.report.Entries > 0 {
		v.find(VersionMissing, layout.VersionFile, "is not there, and Velero writes it into every archive")
	}
	v.concludeTwins()
	lost, err := v.missing()
	if err != nil {
		return err
	}
	v.concludeExpected()
	for _, item := range lost {
		v.report.find(ListHasMore, v.list.file, "", "names "+item.Kind+" "+item.Name+", which the archive does not hold")
	}
	v.concludeCount()
	if err := v.concludeChecksums(); err != nil {
		return err
	}
	if v.sums != nil {
		return v.sums.write(v.o.Write)
	}
	return nil
}

// Place is where backups are: a bucket in a store, with a prefix. Folder makes the files of a backup readable at a path, until the function
// is called that it returns.
type Place struct {
	Store          store.ObjectStore
	Bucket, Prefix string
	Folder         func(name string) (path string, done func() error, err error)
}

// Store looks for damage in all backups of a store, and at the folders beside them that are none: a backup whose
// velero-backup.json is gone is one of those.
func Store(ctx context.Context, p *Place, o Options) ([]*Report, error) {
	names, others, err := store.Folders(p.Store, p.Bucket, p.Prefix)
	if err != nil {
		return nil, err
	}
	var reports []*Report
	for _, name := range slices.Sorted(slices.Values(append(names, others...))) {
		path, done, err := p.Folder(name)
		if err != nil {
			return nil, err
		}
		o.Name = name
		r, err := Backup(ctx, path, o)
		if err := errors.Join(err, done()); err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}
