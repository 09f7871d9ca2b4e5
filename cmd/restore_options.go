package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/restore"
)

// veleroNamespace is where Velero runs unless the Restore says otherwise.
const veleroNamespace = "velero"

// withRestore opens the backup that the arguments name for a simulated restore, works on it and closes it.
func withRestore[T any](ctx context.Context, s *session, from *sourceFlags, how *restoreFlags, given *pflag.FlagSet, args []string,
	work func(*opened, *restore.Options) (T, error)) (none T, err error) {
	path, err := from.find(args)
	if err != nil {
		return none, err
	}
	return withRestoreAt(ctx, s, from, how, given, path, work)
}

// withRestoreAt is withRestore for the backup at a path.
func withRestoreAt[T any](ctx context.Context, s *session, from *sourceFlags, how *restoreFlags, given *pflag.FlagSet, path string,
	work func(*opened, *restore.Options) (T, error)) (none T, err error) {
	options, err := how.options(given, s.streams, path)
	if err != nil {
		return none, err
	}
	endServer, err := how.addTarget(ctx, from, options)
	if err != nil {
		return none, err
	}
	defer func() { err = errors.Join(err, endServer()) }()
	options.TempDir, options.Restored, options.Argument = from.tempDir, s.work.restoring(), argumentOf(path)
	end, err := how.plugins.start(ctx, s, options, how.targetVersion)
	if err != nil {
		return none, err
	}
	defer func() { err = errors.Join(err, end()) }()
	return withBackup(ctx, s, from, path, func(src *opened) (T, error) {
		if err := options.Complete(src.Name()); err != nil {
			return none, err
		}
		return work(src, options)
	})
}

// options turns the flags and the files that they name into the options of a run. A flag wins over the manifest.
func (f *restoreFlags) options(given *pflag.FlagSet, streams Streams, path string) (*restore.Options, error) {
	if err := f.oneStandardInput(path); err != nil {
		return nil, err
	}
	if _, err := parseProfile(f.veleroVersion); err != nil {
		return nil, err
	}
	inputs, err := f.read(streams.In)
	if err != nil {
		return nil, err
	}
	chosen, err := f.chooseRelease(given, inputs)
	if err != nil {
		return nil, err
	}
	profile := chosen.profile
	f.why = chosen.why
	o := &restore.Options{
		Profile: profile, Release: chosen.asked, Restore: inputs.Restore, Actions: builtin.Restore(profile), Features: f.features.names,
		Target: inputs.Objects, VeleroImage: f.veleroImage, Secrets: f.showSecrets, OnIndexed: allowMemory,
	}
	if o.Restore == nil {
		o.Restore = &velero.Restore{}
	}
	if err := f.overrule(&o.Restore.Spec, given); err != nil {
		return nil, err
	}
	if f.line != nil {
		if err := f.line.overrule(o.Restore, given); err != nil {
			return nil, err
		}
	}
	o.Restore.Name = cmp.Or(f.restoreName, o.Restore.Name)
	if err := f.addMappings(o); err != nil {
		return nil, err
	}
	if o.VolumeIDs, err = f.volumes(); err != nil {
		return nil, err
	}
	if o.Policies, err = f.policies(o); err != nil {
		return nil, err
	}
	o.Modifiers, err = f.modifiers(o)
	return o, err
}

// oneStandardInput refuses to read two things from it.
func (f *restoreFlags) oneStandardInput(path string) error {
	uses := 0
	for _, name := range append([]string{path}, f.files...) {
		if name == standard {
			uses++
		}
	}
	if uses > 1 {
		return wrongUsage("- stands for standard input more than once: give BACKUP or one -f as a file")
	}
	return nil
}

// parseProfile reads --velero-version.
func parseProfile(version string) (actions.Profile, error) {
	profile, err := actions.ParseProfile(version)
	if err != nil {
		return 0, wrongUsage("--velero-version: %v", err)
	}
	return profile, nil
}

// read reads the files of -f.
func (f *restoreFlags) read(stdin io.Reader) (*config.Inputs, error) {
	inputs := &config.Inputs{}
	for _, name := range f.files {
		before := inputs.Restore
		text, err := readInto(inputs, name, stdin)
		if err != nil {
			return nil, err
		}
		if before == nil && inputs.Restore != nil && name != standard {
			f.given.Restore, f.given.RestoreLine = relative(name), lineOfRestore(text)
		}
	}
	return inputs, nil
}

func readInto(inputs *config.Inputs, name string, stdin io.Reader) (text []byte, err error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, wrongUsage("-f %s: a folder, and -f takes files; --target, where a command has it, takes folders of objects and backups of the target", name)
	}
	if text, err = readFile(name, stdin); err != nil {
		return nil, err
	}
	if name == standard {
		name = "standard input"
	}
	return text, inputs.Read(name, bytes.NewReader(text))
}

// lineOfRestore is the line of a file in which the kind of a Restore stands, 1 if it stands in none by itself.
func lineOfRestore(text []byte) int {
	n := 0
	for line := range bytes.Lines(text) {
		if n++; bytes.Equal(bytes.TrimSpace(line), []byte("kind: Restore")) {
			return n
		}
	}
	return 1
}

// relative is the name of a file from the working directory on, where it is in there.
func relative(name string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(name) {
		return name
	}
	if inside, err := filepath.Rel(here, name); err == nil && filepath.IsLocal(inside) {
		return inside
	}
	return name
}

// overrule puts the flags that were given into the Restore.
func (f *restoreFlags) overrule(spec *velero.RestoreSpec, given *pflag.FlagSet) error {
	for name, set := range map[string]func(){
		"include-namespaces":        func() { spec.IncludedNamespaces = f.includeNamespaces.names },
		"n":                         func() { f.shortNamespaces(spec) },
		"exclude-namespaces":        func() { spec.ExcludedNamespaces = f.excludeNamespaces.names },
		"include-resources":         func() { spec.IncludedResources = f.includeResources.names },
		"exclude-resources":         func() { spec.ExcludedResources = f.excludeResources.names },
		"namespace-mappings":        func() { spec.NamespaceMapping = f.namespaceMappings.values },
		"include-cluster-resources": func() { spec.IncludeClusterResources = f.includeClusterResources.value },
		"restore-volumes":           func() { spec.RestorePVs = f.restoreVolumes.value },
		"preserve-nodeports":        func() { spec.PreserveNodePorts = f.preserveNodePorts.value },
		"existing-resource-policy":  func() { spec.ExistingResourcePolicy = f.existingResourcePolicy },
		"status-include-resources":  func() { restoreStatus(spec).IncludedResources = f.statusInclude.names },
		"status-exclude-resources":  func() { restoreStatus(spec).ExcludedResources = f.statusExclude.names },
	} {
		if given.Changed(name) {
			set()
		}
	}
	if given.Changed("n") && given.Changed("include-namespaces") {
		return wrongUsage("-n is short for --include-namespaces: give one of them")
	}
	if err := f.checkNames(given); err != nil {
		return err
	}
	return f.selectors.parse(given, &spec.LabelSelector, &spec.OrLabelSelectors)
}

// shortNamespaces obeys -n: in a line that was pasted from velero it is the namespace of Velero, and not for this list.
func (f *restoreFlags) shortNamespaces(spec *velero.RestoreSpec) {
	if f.line == nil || !f.line.pasted {
		spec.IncludedNamespaces = f.namespaces.names
	}
}

// checkNames refuses names that nothing can have, such as what a variable leaves that was never set.
func (f *restoreFlags) checkNames(given *pflag.FlagSet) error {
	for _, flag := range []struct {
		name  string
		names []string
	}{
		{"include-namespaces", f.includeNamespaces.names}, {"n", f.namespaces.names}, {"exclude-namespaces", f.excludeNamespaces.names},
		{"include-resources", f.includeResources.names}, {"exclude-resources", f.excludeResources.names},
		{"status-include-resources", f.statusInclude.names}, {"status-exclude-resources", f.statusExclude.names},
	} {
		if err := config.CheckNames("--"+flag.name, flag.names); given.Changed(flag.name) && err != nil {
			return wrongUsage("%v", err)
		}
	}
	return nil
}

func restoreStatus(spec *velero.RestoreSpec) *velero.RestoreStatusSpec {
	if spec.RestoreStatus == nil {
		spec.RestoreStatus = &velero.RestoreStatusSpec{}
	}
	return spec.RestoreStatus
}

// addMappings adds the ConfigMaps that the short forms stand for.
func (f *restoreFlags) addMappings(o *restore.Options) error {
	for _, short := range []struct {
		flag, action, separator string
		pairs                   []string
	}{
		{"storage-class-mappings", config.StorageClassAction, ":", f.storageClasses.names},
		{"image-mappings", config.ImageAction, "=", f.images.names},
		{"node-mappings", config.NodeAction, "=", f.nodes.names},
	} {
		mappings, err := config.ParseMappings(short.pairs, short.separator)
		if err != nil {
			return wrongUsage("--%s: %v", short.flag, err)
		}
		namespace := cmp.Or(o.Restore.Namespace, veleroNamespace)
		target, replaced, err := config.ReplacePluginConfig(o.Target, namespace, short.action, mappings)
		if err != nil {
			return err
		}
		if replaced != nil {
			o.Target, o.Config = target, append(o.Config, replaced.Made)
			for _, name := range replaced.Former {
				o.Displaced = append(o.Displaced, namespace+"/"+name)
			}
		}
	}
	return nil
}

// modifiers returns the resource modifiers: of the flag's file, else those that the Restore names.
func (f *restoreFlags) modifiers(o *restore.Options) (*modifiers.Rules, error) {
	if f.resourceModifiers == "" && !o.Profile.Does(actions.RunsResourceModifiers) {
		return nil, nil
	}
	if f.resourceModifiers == "" {
		return config.Modifiers(o.Restore, cmp.Or(o.Restore.Namespace, veleroNamespace), o.Target)
	}
	text, err := readFile(f.resourceModifiers, nil)
	if err != nil {
		return nil, err
	}
	text = withoutMark(text)
	o.ModifierText = string(text)
	f.given.Modifiers, f.given.RuleLines = relative(f.resourceModifiers), modifiers.Lines(text)
	rules, err := modifiers.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.resourceModifiers, err)
	}
	return rules, nil
}

// policies returns the resource policies: of the flag's file, else those that the Restore names.
func (f *restoreFlags) policies(o *restore.Options) (*policies.Policies, error) {
	if !o.Profile.Does(actions.FiltersRestoresByPolicy) && f.resourcePolicies == "" {
		return nil, nil // Velero's API server drops the field
	}
	if f.resourcePolicies == "" {
		return config.Policies(o.Restore, cmp.Or(o.Restore.Namespace, veleroNamespace), o.Target)
	}
	text, err := readFile(f.resourcePolicies, nil)
	if err != nil {
		return nil, err
	}
	text = withoutMark(text)
	o.PolicyText = string(text)
	f.given.Policies, f.given.PolicyLines = relative(f.resourcePolicies), policies.Lines(text)
	p, err := policies.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.resourcePolicies, err)
	}
	return p, nil
}

// withoutMark drops the mark that some editors put in front of a text.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }

func (f *restoreFlags) bindVolumes(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.volumeIDs, "volume-id-mappings", nil, "volumes that replace others: `old=new,...`; repeatable")
	flags.StringVar(&f.volumeIDsFile, "volume-id-mappings-file", "", "`FILE` with such pairs, a CSV file of two columns")
}

// volumes reads the mapping of volumes: what the flag says and what the file says together.
func (f *restoreFlags) volumes() (volume.Mapping, error) {
	list, err := config.ParseMappings(f.volumeIDs, "=")
	if err != nil {
		return nil, wrongUsage("--volume-id-mappings: %v", err)
	}
	if f.volumeIDsFile != "" {
		file, err := openFile(f.volumeIDsFile)
		if err != nil {
			return nil, err
		}
		rows, err := config.ReadVolumeIDs(f.volumeIDsFile, file)
		if err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return config.VolumeIDs(list)
}
