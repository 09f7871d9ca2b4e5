package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// wantBackup begins the names of the sections with kept answers to a backup.
const wantBackup = "want-backup/"

// BackupInput is all that one backup depends on.
type BackupInput struct {
	// Tarball is a backup of the cluster that is to be backed up: what is in the cluster.
	Tarball []byte
	// Items are the same files one by one.
	Items []Item
	// Backup is the Backup object, JSON.
	Backup []byte
	// Features are the feature flags of the server.
	Features []string
	// Plugins are the test plugins that the server has, by the names of package plugintest.
	Plugins []string
}

// IsBackup tells whether the case is of a backup: its items are what the cluster holds.
func (c *Case) IsBackup() bool { return c.NewBackup != nil }

// BackupInput returns what the case gives to a backup.
func (c *Case) BackupInput() (BackupInput, error) {
	tarball, err := c.Tarball()
	return BackupInput{Tarball: tarball, Items: c.Items, Backup: c.NewBackup, Features: c.Features, Plugins: c.Plugins}, err
}

// Plain are the items that a cluster holds: the files without those in the folder of a version.
func (in *BackupInput) Plain() []Item {
	return slices.DeleteFunc(slices.Clone(in.Items), Item.isCopy)
}

// Copies are the other files: items in the versions that the cluster serves them in.
func (in *BackupInput) Copies() []Item {
	return slices.DeleteFunc(slices.Clone(in.Items), func(it Item) bool { return !it.isCopy() })
}

func (it Item) isCopy() bool { return versionFolder.MatchString(strings.Split(it.Path, "/")[2]) }

// Address is "<resource>/<namespace>/<name>" of an item, by its path.
func (it Item) Address() string {
	parts := strings.Split(strings.TrimSuffix(it.Path, ".json"), "/")
	namespace := ""
	if n := len(parts); parts[n-2] != "cluster" {
		namespace = parts[n-2]
	}
	return parts[1] + "/" + namespace + "/" + parts[len(parts)-1]
}

func (c *Case) wantBackup(name string, data []byte) error {
	version := strings.TrimSuffix(strings.TrimPrefix(name, wantBackup), ".jsonl")
	if !slices.Contains(AllVersions, version) {
		return fmt.Errorf("no such version of Velero")
	}
	answer, err := ParseBackupAnswer(data)
	c.WantBackup[version] = answer
	return err
}

// SetWantBackup keeps the answer of a version, for Write.
func (c *Case) SetWantBackup(version string, a *BackupAnswer) error {
	data, err := a.Format()
	if err != nil {
		return fmt.Errorf("writing down the answer of %s: %w", version, err)
	}
	c.WantBackup[version] = a
	c.setSection(wantBackup+version+".jsonl", data)
	return nil
}

func (c *Case) completeNewBackup() error {
	backup, err := object(c.NewBackup)
	if err != nil {
		return fmt.Errorf("reading the Backup: %w", err)
	}
	setDefault(backup, "velero.io/v1", "apiVersion")
	setDefault(backup, "Backup", "kind")
	setDefault(backup, "b", "metadata", "name")
	setDefault(backup, "velero", "metadata", "namespace")
	setDefault(backup, DefaultUID, "metadata", "uid")
	setDefault(backup, "default", "spec", "storageLocation")
	if c.NewBackup, err = json.Marshal(backup); err != nil {
		return fmt.Errorf("writing the Backup: %w", err)
	}
	return nil
}
