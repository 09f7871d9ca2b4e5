package candidate

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// errNoSquare says that an input has an option that no archive can hold.
var errNoSquare = errors.New("an archive cannot hold these options")

// IsNoSquare says that Rewrite refused an input because restoring the rewritten backup with no options cannot give what
// the options give.
func IsNoSquare(err error) bool { return errors.Is(err, errNoSquare) }

// Rewrite rewrites the input's backup with the options of its Restore, and returns the input of a restore of the result
// with no options: the same Restore without them, the same target without what configures the actions.
func Rewrite(version string, in conformance.Input) (conformance.Input, error) {
	return RewriteReferences(version, in, nil)
}

// RewriteReferences is Rewrite, and has references to mapped namespaces rewritten, too.
func RewriteReferences(version string, in conformance.Input, which *references.Rewriting) (conformance.Input, error) {
	o, err := previewOptions(version, in)
	if err != nil || !canHold(o, in) {
		return in, errNoSquare
	}
	o.References = which
	out, _, err := rewritten(o, in)
	if err != nil {
		return in, err
	}
	out.Restore, out.Target, out.Features = plainRestore(o.Restore), nil, nil
	for _, text := range in.Target {
		if !configures(text) {
			out.Target = append(out.Target, text)
		}
	}
	return out, nil
}

// RewriteOnly rewrites the input's backup with the options of its Restore, and returns the input of the same restore of
// the result, and how many errors there were. IsNoSquare says that veltx refuses the options.
func RewriteOnly(version string, in conformance.Input) (out conformance.Input, failed int, err error) {
	o, err := previewOptions(version, in)
	if err != nil {
		return in, 0, errNoSquare
	}
	return rewritten(o, in)
}

// rewritten returns the input with the rewritten backup and what stands beside it.
func rewritten(o *restore.Options, in conformance.Input) (out conformance.Input, failed int, err error) {
	dir, err := os.MkdirTemp("", "veltx-square-")
	if err != nil {
		return in, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	folder, failed, err := rewriteInto(dir, o, in)
	if err != nil {
		return in, 0, err
	}
	restore := filepath.Join(dir, "restore.json")
	if err := os.WriteFile(restore, in.Restore, 0o600); err != nil {
		return in, 0, err
	}
	out, err = conformance.ReadFiles(conformance.Files{Backup: folder, Restore: restore})
	out.Target, out.Modifiers, out.Features = in.Target, in.Modifiers, in.Features
	return out, failed, err
}

// canHold says whether the square can hold: docs/PARITY.md names the options that an archive cannot hold. Modifiers run
// after the actions in a restore and before those of the later one, a PersistentVolume is renamed only by a mapping, and
// the later restore drops a node that was mapped if the target lacks it.
func canHold(o *restore.Options, in conformance.Input) bool {
	spec := o.Restore.Spec
	if len(in.Features) > 0 || in.Modifiers != nil || spec.ExistingResourcePolicy != "" || spec.RestoreStatus != nil ||
		spec.PreserveNodePorts != nil && *spec.PreserveNodePorts || spec.RestorePVs != nil && !*spec.RestorePVs {
		return false
	}
	for _, t := range o.Target {
		_, nodes := t.Labels()["velero.io/change-pvc-node-selector"]
		if nodes || t.ObjectKind() == "PersistentVolume" && len(spec.NamespaceMapping) > 0 {
			return false
		}
	}
	return true
}

// rewriteInto writes the rewritten backup into a store in dir and returns its folder and the number of errors.
func rewriteInto(dir string, o *restore.Options, in conformance.Input) (string, int, error) {
	from, bucket := filepath.Join(dir, "from"), filepath.Join(dir, "store")
	for _, d := range []string{from, bucket} {
		if err := os.Mkdir(d, 0o700); err != nil {
			return "", 0, err
		}
	}
	if err := writeBackupFolder(from, in); err != nil {
		return "", 0, err
	}
	src, err := tarball.Open(context.Background(), from, tarball.Options{})
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = src.Close() }()
	if err := o.Complete(src.Name()); err != nil {
		return "", 0, errNoSquare
	}
	files, err := store.OpenFileSystem(bucket)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = files.Close() }()
	to, err := sink.CreateBackupFolder(sink.Place{Store: files, Name: src.Name()}, false, dir)
	if err != nil {
		return "", 0, err
	}
	defer to.Abort()
	ignore := report.SinkFunc(func(*report.Item) error { return nil })
	summary, err := rewrite.Backup(context.Background(), src, o, to, rewrite.BackupOptions{}, ignore)
	if err == nil {
		err = distinct(summary)
	}
	if err != nil {
		return "", 0, err
	}
	return filepath.Join(bucket, "backups", src.Name()), summary.Errors, to.Commit()
}

// plainRestore is the Restore without any option.
func plainRestore(r *velero.Restore) []byte {
	text, err := json.Marshal(map[string]any{
		"apiVersion": "velero.io/v1", "kind": "Restore",
		"metadata": map[string]any{"name": r.Name, "namespace": r.Namespace, "uid": r.UID},
		"spec":     map[string]any{"backupName": r.Spec.BackupName},
	})
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return text
}

// configures says whether a target's object configures an action that works ahead.
func configures(text []byte) bool {
	o, err := object.Parse(text)
	if err != nil || o.ObjectKind() != "ConfigMap" {
		return false
	}
	for _, action := range []string{"velero.io/change-storage-class", "velero.io/change-image-name"} {
		if _, ok := o.Labels()[action]; ok {
			return true
		}
	}
	return false
}
