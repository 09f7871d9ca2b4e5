package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/internal/strict"
)

// The version and kind of a config file.
const (
	FileAPIVersion = "veltx.io/v1alpha1"
	FileKind       = "Config"
)

// File is what a command line would say otherwise: which backup, into which target, and how. Paths are those seen from the
// folder of the file. Each member stands for a flag.
type File struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`

	Backup string `json:"backup,omitempty"` // BACKUP: a path, or with a store a name
	Store  string `json:"store,omitempty"`
	Prefix string `json:"prefix,omitempty"`

	Files         []string `json:"files,omitempty"` // of -f
	Target        []string `json:"target,omitempty"`
	TargetVersion string   `json:"targetVersion,omitempty"`
	VeleroVersion string   `json:"veleroVersion,omitempty"`
	VeleroImage   string   `json:"veleroImage,omitempty"`
	Features      []string `json:"features,omitempty"`
	Plugins       []string `json:"plugins,omitempty"`

	RestoreName            string   `json:"restoreName,omitempty"`
	IncludeNamespaces      []string `json:"includeNamespaces,omitempty"`
	ExcludeNamespaces      []string `json:"excludeNamespaces,omitempty"`
	IncludeResources       []string `json:"includeResources,omitempty"`
	ExcludeResources       []string `json:"excludeResources,omitempty"`
	IncludeCluster         *bool    `json:"includeClusterResources,omitempty"`
	Selector               string   `json:"selector,omitempty"`
	ExistingResourcePolicy string   `json:"existingResourcePolicy,omitempty"`
	RestoreVolumes         *bool    `json:"restoreVolumes,omitempty"`
	PreserveNodePorts      *bool    `json:"preserveNodePorts,omitempty"`

	NamespaceMappings    map[string]string `json:"namespaceMappings,omitempty"`
	StorageClassMappings map[string]string `json:"storageClassMappings,omitempty"`
	ImageMappings        map[string]string `json:"imageMappings,omitempty"`
	NodeMappings         map[string]string `json:"nodeMappings,omitempty"`
	VolumeIDMappings     map[string]string `json:"volumeIDMappings,omitempty"`
	ResourceModifiers    string            `json:"resourceModifiers,omitempty"`
	ResourcePolicies     string            `json:"resourcePolicies,omitempty"`

	FailOn   []string `json:"failOn,omitempty"`
	Baseline string   `json:"baseline,omitempty"`
	Output   string   `json:"output,omitempty"`  // the format of standard output
	Outputs  []Output `json:"outputs,omitempty"` // further ones, in files
}

// Output is a format that is written into a file.
type Output struct {
	Format string `json:"format"`
	File   string `json:"file"`
}

// ReadFile reads a config file. An unknown member is an error; all of them are named at once.
func ReadFile(name string, text []byte) (*File, error) {
	if err := yamltext.CheckAliases(text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &File{}
	if err := yaml.UnmarshalStrict(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, strict.Explain(err, text, f))
	}
	if f.APIVersion != FileAPIVersion || f.Kind != FileKind {
		return nil, fmt.Errorf("%s: apiVersion and kind are %q and %q, want %q and %q", name, f.APIVersion, f.Kind, FileAPIVersion, FileKind)
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.seenFrom(filepath.Dir(name))
	return f, nil
}

// check refuses what no flag could say.
func (f *File) check() error {
	var problems []error
	for n, o := range f.Outputs {
		if o.Format == "" || o.File == "" {
			problems = append(problems, fmt.Errorf("outputs[%d]: want a format and a file", n))
		}
	}
	for _, list := range []struct {
		member string
		names  []string
	}{
		{"includeNamespaces", f.IncludeNamespaces}, {"excludeNamespaces", f.ExcludeNamespaces}, {"includeResources", f.IncludeResources},
		{"excludeResources", f.ExcludeResources}, {"features", f.Features}, {"failOn", f.FailOn},
	} {
		for n, name := range list.names {
			if strings.Contains(name, ",") {
				problems = append(problems, fmt.Errorf("%s[%d]: %q has a comma: write each name as an element of its own", list.member, n, name))
			}
		}
	}
	return errors.Join(problems...)
}

// seenFrom makes paths those from the working directory on. A backup is one only without a store, - and addresses are none.
func (f *File) seenFrom(folder string) {
	paths := []*string{&f.Store, &f.ResourceModifiers, &f.ResourcePolicies, &f.Baseline}
	if f.Store == "" {
		paths = append(paths, &f.Backup)
	}
	for _, list := range [][]string{f.Files, f.Target, f.Plugins} {
		for n := range list {
			paths = append(paths, &list[n])
		}
	}
	for n := range f.Outputs {
		paths = append(paths, &f.Outputs[n].File)
	}
	for _, path := range paths {
		if *path != "" && *path != "-" && !filepath.IsAbs(*path) && !strings.Contains(*path, "://") {
			*path = filepath.Join(folder, *path)
		}
	}
}

// Flag is a flag with the values that a config file gives it, one after the other.
type Flag struct {
	Name   string
	Values []string
}

// Flags are the flags that the file stands for.
func (f *File) Flags() []Flag {
	var all []Flag
	add := func(name string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			all = append(all, Flag{name, values})
		}
	}
	yes := func(name string, value *bool) {
		if value != nil {
			add(name, fmt.Sprint(*value))
		}
	}
	add("store", f.Store)
	add("prefix", f.Prefix)
	add("file", f.Files...)
	add("target", f.Target...)
	add("target-version", f.TargetVersion)
	add("velero-version", f.VeleroVersion)
	add("velero-image", f.VeleroImage)
	add("features", strings.Join(f.Features, ","))
	add("plugin", f.Plugins...)
	add("restore-name", f.RestoreName)
	add("include-namespaces", strings.Join(f.IncludeNamespaces, ","))
	add("exclude-namespaces", strings.Join(f.ExcludeNamespaces, ","))
	add("include-resources", strings.Join(f.IncludeResources, ","))
	add("exclude-resources", strings.Join(f.ExcludeResources, ","))
	yes("include-cluster-resources", f.IncludeCluster)
	add("selector", f.Selector)
	add("existing-resource-policy", f.ExistingResourcePolicy)
	yes("restore-volumes", f.RestoreVolumes)
	yes("preserve-nodeports", f.PreserveNodePorts)
	add("namespace-mappings", joined(f.NamespaceMappings, ":"))
	add("storage-class-mappings", joined(f.StorageClassMappings, ":"))
	add("image-mappings", joined(f.ImageMappings, "="))
	add("node-mappings", joined(f.NodeMappings, "="))
	add("volume-id-mappings", joined(f.VolumeIDMappings, "="))
	add("resource-modifier-configmap", f.ResourceModifiers)
	add("resource-policies-configmap", f.ResourcePolicies)
	add("fail-on", strings.Join(f.FailOn, ","))
	add("baseline", f.Baseline)
	add("output", f.Output)
	var outputs []string
	for _, o := range f.Outputs {
		outputs = append(outputs, o.Format+"="+o.File)
	}
	add("report", outputs...)
	return all
}

// joined are pairs as a flag takes them, sorted.
func joined(values map[string]string, between string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, key+between+values[key])
	}
	return strings.Join(pairs, ",")
}
