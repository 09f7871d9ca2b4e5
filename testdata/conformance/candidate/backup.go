package candidate

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// Backup is veltx's answer to the question that an oracle asks the real Velero of that version: what a backup of the
// cluster holds, and what each action answers for each item.
func Backup(version string, in conformance.BackupInput) (*conformance.BackupAnswer, error) {
	var asked struct {
		Metadata struct{ Name, Namespace, UID string }
		Spec     velero.BackupSpec
	}
	if err := json.Unmarshal(in.Backup, &asked); err != nil {
		return nil, fmt.Errorf("the Backup: %w", err)
	}
	profile, err := actions.ParseProfile(conformance.Release(version))
	if err != nil {
		return nil, err
	}
	o := &backup.Options{
		Profile: profile, Name: asked.Metadata.Name, Namespace: asked.Metadata.Namespace, UID: asked.Metadata.UID, Spec: asked.Spec, Features: in.Features,
		Actions: builtin.Backup(profile), ItemBlocks: builtin.ItemBlock(profile),
	}
	x := &executions{input: in, options: o, answer: &conformance.BackupAnswer{}, namespace: asked.Metadata.Namespace, deletes: builtin.Delete(profile)}
	end, err := x.startPlugins(in.Plugins)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := x.writeBackup(in, o, x.answer); err != nil {
		return nil, err
	}
	return x.answer, x.run()
}

// writeBackup has the backup written, and reads what was written.
func (x *executions) writeBackup(in conformance.BackupInput, o *backup.Options, a *conformance.BackupAnswer) error {
	folder, err := os.MkdirTemp("", "veltx-case-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "cluster.tar.gz")
	if err := os.WriteFile(path, in.Tarball, 0o600); err != nil {
		return err
	}
	src, err := tarball.Open(context.Background(), path, tarball.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	source, err := backup.FromBackup(context.Background(), src, o)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	x.scope = source.Scope
	var out bytes.Buffer
	summary, err := backup.Write(context.Background(), source, o, pack.New(&out, nil, pack.Options{}), report.SinkFunc(func(i *report.Item) error {
		for _, f := range i.Errors {
			a.Outcome.Errors.Velero = append(a.Outcome.Errors.Velero, f.Message)
		}
		return nil
	}))
	if err != nil {
		a.Outcome.Validation = []string{err.Error()}
		return nil
	}
	if err := distinct(summary); err != nil {
		return err
	}
	for _, f := range summary.Findings {
		if f.Severity == report.Error {
			a.Outcome.Errors.Velero = append(a.Outcome.Errors.Velero, f.Message)
		}
	}
	return addEntries(a, out.Bytes())
}

func addEntries(a *conformance.BackupAnswer, archive []byte) error {
	zip, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	in := tar.NewReader(zip)
	var before []byte
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		if header.Name != "metadata/version" {
			a.AddEntry(header.Name, data, before)
			before = data
		}
	}
}
