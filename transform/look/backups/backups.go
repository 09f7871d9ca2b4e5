// Package backups lists the backups in a store.
package backups

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
)

// List is what a store holds.
type List struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Store      string    `json:"store"`
	Prefix     string    `json:"prefix,omitempty"`
	Items      []*Backup `json:"items"`
	Others     int       `json:"otherFolders,omitempty"` // beside them, without velero-backup.json
}

// Backup is a backup in a store.
type Backup struct {
	Name          string   `json:"name"`
	Problem       string   `json:"problem,omitempty"` // why nothing more is known
	Created       string   `json:"created,omitempty"`
	Expires       string   `json:"expires,omitempty"`
	Phase         string   `json:"phase,omitempty"`
	Items         *int     `json:"items,omitempty"` // nil where Velero noted none
	Errors        int      `json:"errors"`
	Warnings      int      `json:"warnings"`
	Files         int      `json:"files"`
	Bytes         *int64   `json:"bytes,omitempty"` // of all files, as stored; nil where the store tells no sizes
	FormatVersion string   `json:"formatVersion,omitempty"`
	Kubernetes    string   `json:"kubernetes,omitempty"`
	Schedule      string   `json:"schedule,omitempty"`
	Namespaces    []string `json:"includedNamespaces,omitempty"`
}

// What Velero notes in a Backup (v1.18.2 pkg/apis/velero/v1/labels_annotations.go).
const (
	kubernetesVersion = "velero.io/source-cluster-k8s-gitversion"
	scheduleName      = "velero.io/schedule-name"
)

// tell takes what velero-backup.json says.
func (b *Backup) tell(v *velero.Backup) {
	b.Phase = v.Status.Phase
	if p := v.Status.Progress; p != nil {
		b.Items = &p.ItemsBackedUp
	}
	b.Errors, b.Warnings = v.Status.Errors, v.Status.Warnings
	b.Created, b.Expires = velero.TimeText(v.Status.StartTimestamp), velero.TimeText(v.Status.Expiration)
	if b.Created == "" && !v.CreationTimestamp.IsZero() {
		b.Created = velero.TimeText(&v.CreationTimestamp)
	}
	b.FormatVersion, b.Kubernetes = v.Status.FormatVersion, v.Annotations[kubernetesVersion]
	b.Schedule, b.Namespaces = v.Labels[scheduleName], v.Spec.IncludedNamespaces
}

// In reads what velero-backup.json says of each backup in a bucket of a store, which users know by a name.
func In(s store.ObjectStore, bucket, called, prefix string) (*List, error) {
	names, others, err := store.Folders(s, bucket, prefix)
	if err != nil {
		return nil, err
	}
	list := &List{APIVersion: "veltx.io/v1alpha1", Kind: "BackupList", Store: called, Prefix: prefix, Items: []*Backup{}, Others: len(others)}
	for _, name := range names {
		b := &Backup{Name: name}
		if object, err := Read(s, bucket, prefix, name); err != nil {
			b.Problem = err.Error()
		} else {
			b.tell(object)
		}
		if b.Files, b.Bytes, err = weigh(s, bucket, prefix, name); err != nil {
			return nil, err
		}
		list.Items = append(list.Items, b)
	}
	return list, nil
}

// Read reads the velero-backup.json of a backup in a store.
func Read(s store.ObjectStore, bucket, prefix, name string) (*velero.Backup, error) {
	in, err := s.GetObject(bucket, layout.BackupKey(prefix, name, layout.BackupObject))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	backup := new(velero.Backup)
	if err := json.NewDecoder(io.LimitReader(in, tarball.DefaultEntryBytes)).Decode(backup); err != nil {
		return nil, fmt.Errorf("velero-backup.json cannot be read: %w", velero.Misfit(err))
	}
	return backup, nil
}

// sized is a store that tells how large its objects are, which Velero does not ask of one.
type sized interface {
	Size(bucket, key string) (int64, error)
}

// weigh counts the files of a backup and their bytes.
func weigh(s store.ObjectStore, bucket, prefix, name string) (files int, bytes *int64, err error) {
	keys, err := s.ListObjects(bucket, layout.BackupPrefix(prefix, name))
	if err != nil {
		return 0, nil, err
	}
	scale, ok := s.(sized)
	if !ok {
		return len(keys), nil, nil
	}
	var sum int64
	for _, key := range keys {
		n, err := scale.Size(bucket, key)
		if err != nil {
			return 0, nil, err
		}
		sum += n
	}
	return len(keys), &sum, nil
}
