package deletion

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/report"
)

// maxLogHead is how much of a restore's log is read; the line that names the backup is one of the first.
const maxLogHead = 4 << 20

// begins is what Velero logs at the start of a restore, in front of the backup's namespace and name.
// Source: v1.18.2 pkg/restore/restore.go:434, v1.6.3 pkg/restore/restore.go:387.
const begins = "Starting restore of backup "

// findRestores finds the restores of the backup. Velero knows them as objects of the cluster; of their files in the
// store only the log names the backup.
func (p *Plan) findRestores(ctx context.Context, t *Target) error {
	prefix := layout.RestoresPrefix(t.Prefix)
	folders, err := t.Store.ListCommonPrefixes(t.Bucket, prefix, "/")
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := ctx.Err(); err != nil {
			return err
		}
		restore := folderOf(prefix, folder)
		backup, err := backupOf(t, logOf(folder, restore))
		if err != nil {
			p.find(report.Warning, "restore-unknown", "restore "+restore+": its log does not tell which backup it is of; its files stay: "+err.Error())
			continue
		}
		if backup != p.Backup {
			continue
		}
		files, err := t.Store.ListObjects(t.Bucket, folder)
		if err != nil {
			return err
		}
		p.Restores = append(p.Restores, Restore{Name: restore, Files: files})
	}
	return nil
}

// logOf is the key of a restore's log.
func logOf(folder, restore string) string { return folder + "restore-" + restore + "-logs.gz" }

// errNoLine says that a log has no line about the start of a restore.
var errNoLine = errors.New("it has no line about the start of the restore")

// backupOf reads a restore's log up to the name of the backup.
func backupOf(t *Target, key string) (_ string, err error) {
	in, err := t.Store.GetObject(t.Bucket, key)
	if errors.Is(err, store.ErrNoObject) {
		return "", errors.New("there is none")
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		return "", err
	}
	head, err := io.ReadAll(io.LimitReader(unpacked, maxLogHead))
	name := named(head)
	if name != "" {
		return name, nil // a log that is cut off later on still says it
	}
	return "", errors.Join(err, errNoLine)
}

// named finds the backup's name, without its namespace, in a log of text or JSON.
func named(log []byte) string {
	_, rest, found := bytes.Cut(log, []byte(begins))
	if !found {
		return ""
	}
	end := bytes.IndexAny(rest, "\"\\ \n\t")
	if end < 0 {
		return ""
	}
	_, name, _ := bytes.Cut(rest[:end], []byte("/"))
	return string(name)
}
