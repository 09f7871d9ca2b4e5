// Package conformance holds the cases on which veltx is judged by the real
// Velero: a readable text format for a backup, a restore and a target cluster,
// the answers of Velero kept with it, and the comparison of two answers.
// It does not depend on Velero.
package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Case is one backup, one restore of it and the cluster it goes to.
// Every document is JSON, whatever the file was written in.
type Case struct {
	// Path is the file, and Name is its path without the extension below
	// the folder of all cases.
	Path, Name string
	// Comment says what the case shows.
	Comment string
	// Items are the backup's files below resources/, versioned twins included.
	Items []Item
	// Restore is the Restore object, completed with the defaults.
	Restore []byte
	// Target are the objects that the cluster has before the restore.
	Target [][]byte
	// Modifiers is the ConfigMap of the resource modifiers, or nil.
	Modifiers []byte
	// Features are the feature flags of the server.
	Features []string
	// Controllers says that the cluster has the controllers that fill namespaces.
	Controllers bool
	// Plugins are the test plugins that the server has, by the names of package plugintest.
	Plugins []string
	// Versions are the versions of Velero that the case is for.
	Versions []string
	// Backup is the Backup object, completed with the defaults.
	Backup []byte
	// PodVolumeBackups, VolumeSnapshots, VolumeInfo and CSIVolumeSnapshots are
	// the side files of the backup, JSON lists, or nil.
	PodVolumeBackups, VolumeSnapshots, VolumeInfo, CSIVolumeSnapshots []byte
	// Want are the kept answers by version.
	Want map[string]*Answer
	// NewBackup is the Backup object to be made of the items, completed with the defaults; nil in a case of a restore.
	NewBackup []byte
	// WantBackup are the kept answers to NewBackup by version.
	WantBackup map[string]*BackupAnswer

	archive *txtar.Archive
}

// Item is one file of the backup.
type Item struct {
	// Path is the file's path in the tarball.
	Path string
	// Data is what the file holds.
	Data []byte
}

// For tells whether the case is for that version of Velero.
func (c *Case) For(version string) bool {
	return slices.Contains(c.Versions, version)
}

// Told are the versions that the case is for and keeps an answer of its own for: the others are like them.
func (c *Case) Told() []string {
	return slices.DeleteFunc(slices.Clone(c.Versions), func(v string) bool {
		return !slices.ContainsFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want/"+v+".jsonl" || f.Name == wantBackup+v+".jsonl" })
	})
}

// Changes says whether the answers of two versions differ.
func (c *Case) Changes(one, other string) bool {
	if c.IsBackup() {
		return !reflect.DeepEqual(c.WantBackup[one], c.WantBackup[other])
	}
	return !reflect.DeepEqual(c.Want[one], c.Want[other])
}

// ReadCase reads one case.
func ReadCase(path string) (*Case, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a case: %w", err)
	}
	c, err := ParseCase(data)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", path, err)
	}
	c.Path, c.Name = path, caseName(path)
	return c, nil
}

// caseName is "<topic>/<name>".
func caseName(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".txtar")
	return filepath.Base(filepath.Dir(path)) + "/" + name
}

// ParseCase reads the text of a case.
func ParseCase(data []byte) (*Case, error) {
	c := &Case{archive: txtar.Parse(data), Want: map[string]*Answer{}, WantBackup: map[string]*BackupAnswer{}, Versions: AllVersions}
	c.Comment = strings.TrimSpace(string(c.archive.Comment))
	seen := map[string]bool{}
	for _, f := range c.archive.Files {
		if seen[f.Name] {
			return nil, fmt.Errorf("section %s stands twice", f.Name)
		}
		seen[f.Name] = true
		if err := c.section(f.Name, f.Data); err != nil {
			return nil, fmt.Errorf("section %s: %w", f.Name, err)
		}
	}
	if err := c.inherit(); err != nil {
		return nil, err
	}
	if err := c.complete(); err != nil {
		return nil, err
	}
	return c, nil
}

// section takes in one section.
func (c *Case) section(name string, data []byte) error {
	switch {
	case strings.HasPrefix(name, "resources/"):
		return c.item(name, data)
	case strings.HasPrefix(name, "want/"):
		return c.want(name, data)
	case strings.HasPrefix(name, wantBackup):
		return c.wantBackup(name, data)
	}
	switch name {
	case "features":
		c.Features = strings.Fields(string(data))
		return nil
	case "controllers":
		c.Controllers = true
		return nil
	case "plugins":
		c.Plugins = strings.Fields(string(data))
		return nil
	case "versions":
		return c.versions(strings.Fields(string(data)))
	case "target.yaml":
		docs, err := documents(data)
		c.Target = docs
		return err
	case "modifiers.yaml":
		m, err := modifiersConfigMap(data)
		c.Modifiers = m
		return err
	}
	place, ok := map[string]*[]byte{
		"restore.yaml":             &c.Restore,
		"backup.yaml":              &c.NewBackup,
		"velero-backup.yaml":       &c.Backup,
		"podvolumebackups.yaml":    &c.PodVolumeBackups,
		"volumesnapshots.yaml":     &c.VolumeSnapshots,
		"volumeinfo.yaml":          &c.VolumeInfo,
		"csi-volumesnapshots.yaml": &c.CSIVolumeSnapshots,
	}[name]
	if !ok {
		return fmt.Errorf("not a section of a case")
	}
	doc, err := toJSON(data)
	*place = doc
	return err
}

func (c *Case) want(name string, data []byte) error {
	version := strings.TrimSuffix(strings.TrimPrefix(name, "want/"), ".jsonl")
	if !slices.Contains(AllVersions, version) {
		return fmt.Errorf("no such version of Velero")
	}
	answer, err := ParseAnswer(data)
	if err != nil {
		return err
	}
	c.Want[version] = answer
	return nil
}

func (c *Case) versions(words []string) error {
	for _, w := range words {
		if !slices.Contains(AllVersions, w) {
			return fmt.Errorf("no such version of Velero: %s", w)
		}
	}
	c.Versions = slices.DeleteFunc(slices.Clone(AllVersions), func(v string) bool { return !IsLike(v, words) })
	return nil
}

// SetWant keeps the answer of a version, for Write.
func (c *Case) SetWant(version string, a *Answer) error {
	data, err := a.Format()
	if err != nil {
		return fmt.Errorf("writing down the answer of %s: %w", version, err)
	}
	c.Want[version] = a
	c.setSection("want/"+version+".jsonl", data)
	return nil
}

// setSection puts an answer into its section.
func (c *Case) setSection(name string, data []byte) {
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == name {
			c.archive.Files[i].Data = data
			return
		}
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: name, Data: data})
	c.sortWant()
}

// sortWant puts the answers last, the newest version first.
func (c *Case) sortWant() {
	rank := func(f txtar.File) int {
		for i, v := range AllVersions {
			if f.Name == "want/"+v+".jsonl" || f.Name == wantBackup+v+".jsonl" {
				return i + 1
			}
		}
		return 0
	}
	slices.SortStableFunc(c.archive.Files, func(a, b txtar.File) int { return rank(a) - rank(b) })
}

// Write writes the case to a file, its other sections as they were read.
func (c *Case) Write(path string) error {
	if err := os.WriteFile(path, txtar.Format(c.archive), 0o644); err != nil {
		return fmt.Errorf("writing a case: %w", err)
	}
	return nil
}
