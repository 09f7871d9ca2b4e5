package render

import (
	"github.com/veltx/veltx/tarball/velero"
)

// apiVersion is the version of the documents.
const apiVersion = "veltx.io/v1alpha1"

// restoreHead is what the document of a restore's preview says before its items.
type restoreHead struct {
	APIVersion string      `json:"apiVersion"`
	Kind       string      `json:"kind"`
	Backup     headBackup  `json:"backup"`
	Velero     headVelero  `json:"velero"`
	Restore    headRestore `json:"restore"`

	Request *headRequest `json:"request,omitempty"`
}

type headBackup struct {
	Name           string `json:"name"`
	Source         string `json:"source"`
	Format         string `json:"format"` // tar.gz, tar or folder
	FormatVersion  string `json:"formatVersion,omitempty"`
	Phase          string `json:"phase,omitempty"`
	StartTimestamp string `json:"startTimestamp,omitempty"`
}

type headVelero struct {
	Version  string   `json:"version"` // the profile: 1.18 or 1.6
	Release  string   `json:"release"`
	Features []string `json:"features,omitempty"`
}

type headRestore struct {
	Name      string   `json:"name"`
	Namespace string   `json:"namespace"`
	Spec      headSpec `json:"spec"`
}

// headSpec is the Restore's spec without what is empty in it.
type headSpec struct {
	*velero.RestoreSpec

	Hooks                *velero.RestoreHooks `json:"hooks,omitempty"`
	ItemOperationTimeout string               `json:"itemOperationTimeout,omitempty"`
}

// backupHead is the same of a backup's.
type backupHead struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Source     headSource `json:"source"`
	Velero     headVelero `json:"velero"`
	Backup     headMade   `json:"backup"`
}

type headSource struct {
	Source string `json:"source"`
	Format string `json:"format"` // tar.gz, tar, folder or manifests
}

type headMade struct {
	Name string             `json:"name,omitempty"`
	Spec *velero.BackupSpec `json:"spec"`
}

// newHead is the head of the document.
func newHead(about *About) any {
	profile := headVelero{Version: about.VeleroVersion, Release: about.Release, Features: about.Features}
	if about.Restore == nil {
		return &backupHead{
			APIVersion: apiVersion, Kind: "BackupPreview", Source: headSource{about.Source, about.Format}, Velero: profile,
			Backup: headMade{Name: about.Backup.Name, Spec: &about.Backup.Spec},
		}
	}
	spec := &about.Restore.Spec
	h := &restoreHead{
		APIVersion: apiVersion, Kind: "RestorePreview",
		Backup:  headBackup{Name: spec.BackupName, Source: about.Source, Format: about.Format},
		Velero:  profile,
		Request: newHeadRequest(about.Request),
		Restore: headRestore{Name: about.Restore.Name, Namespace: about.Restore.Namespace, Spec: headSpec{RestoreSpec: spec}},
	}
	if len(spec.Hooks.Resources) > 0 {
		h.Restore.Spec.Hooks = &spec.Hooks
	}
	if spec.ItemOperationTimeout.Duration > 0 {
		h.Restore.Spec.ItemOperationTimeout = spec.ItemOperationTimeout.Duration.String()
	}
	if b := about.Backup; b != nil {
		h.Backup.FormatVersion, h.Backup.Phase, h.Backup.StartTimestamp = b.Status.FormatVersion, b.Status.Phase, velero.TimeText(b.Status.StartTimestamp)
	}
	return h
}
