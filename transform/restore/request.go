package restore

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/policies"
)

// Request is how to ask Velero for the restore that is simulated.
type Request struct {
	// Command are the words of `velero restore create`, nil where it has no flag for a part of the Restore.
	Command []string
	// Objects are the manifests that ask for it: the ConfigMaps of Config, of the resource modifiers and of the policies, then the Restore.
	Objects []*object.Value
	// Displaced are ConfigMaps, as namespace/name, that configure what those of Objects do, so that Velero would refuse
	// both.
	Displaced []string
	// Volumes says that volumes are replaced, for which Velero has no option.
	Volumes bool
}

// What resource modifiers and policies are called that come from a file without a name for them.
const (
	modifiersName = "veltx-resource-modifiers"
	policiesName  = "veltx-resource-policies"
)

// Request says how to ask Velero for the restore. The options are complete.
func (o *Options) Request() (*Request, error) {
	r := &Request{Objects: slices.Clone(o.Config), Displaced: o.Displaced, Volumes: len(o.VolumeIDs) > 0}
	spec := o.Restore.Spec
	spec.ScheduleName = "" // Velero takes a backup or a schedule, and this is the backup of it
	if o.ModifierText != "" && o.Modifiers != nil {
		name, text, err := modifiers.Text([]byte(o.ModifierText))
		if err != nil {
			return nil, err
		}
		if spec.ResourceModifier, err = r.config(o, cmp.Or(name, modifiersName), "resource-modifiers.yaml", text); err != nil {
			return nil, err
		}
	}
	if o.PolicyText != "" && o.Policies != nil {
		name, text, err := policies.Text([]byte(o.PolicyText))
		if err != nil {
			return nil, err
		}
		if spec.ResourceModifier != nil && spec.ResourceModifier.Name == name {
			name = policiesName // Velero takes one key of a ConfigMap: two files called the same need two
		}
		if spec.ResourcePolicy, err = r.config(o, cmp.Or(name, policiesName), "resource-policies.yaml", text); err != nil {
			return nil, err
		}
	}
	made, err := o.restoreManifest(spec)
	if err != nil {
		return nil, err
	}
	r.Objects = append(r.Objects, made)
	r.Command, err = o.createCommand(&spec)
	return r, err
}

// config adds a ConfigMap from which Velero reads a text, and returns how a Restore names it.
func (r *Request) config(o *Options, name, key string, text []byte) (*velero.LocalObjectReference, error) {
	made, err := object.From(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name, "namespace": o.Restore.Namespace},
		"data":     map[string]string{key: string(text)},
	})
	if err != nil {
		return nil, err
	}
	r.Objects = append(r.Objects, made)
	return &velero.LocalObjectReference{APIGroup: new(string), Kind: "ConfigMap", Name: name}, nil
}

// requestName is what the restore is called: as the user named it, else after the backup.
func (o *Options) requestName() string {
	if o.named {
		return o.Restore.Name
	}
	return o.Restore.Spec.BackupName + "-restore"
}

// restoreManifest is the Restore as kubectl takes it.
func (o *Options) restoreManifest(spec velero.RestoreSpec) (*object.Value, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	if len(spec.Hooks.Resources) == 0 {
		delete(fields, "hooks")
	}
	if spec.ItemOperationTimeout.Duration == 0 {
		delete(fields, "itemOperationTimeout")
	}
	metadata := map[string]any{"name": o.requestName(), "namespace": o.Restore.Namespace}
	for name, values := range map[string]map[string]string{"labels": o.Restore.Labels, "annotations": o.Restore.Annotations} {
		if len(values) > 0 {
			metadata[name] = values
		}
	}
	return object.From(map[string]any{"apiVersion": "velero.io/v1", "kind": "Restore", "metadata": metadata, "spec": fields})
}

// createCommand are the words of `velero restore create`.
// Source: v1.18.3 pkg/cmd/cli/restore/create.go:125-190.
func (o *Options) createCommand(spec *velero.RestoreSpec) ([]string, error) {
	if len(spec.Hooks.Resources) > 0 {
		return nil, nil
	}
	c := command{"velero", "restore", "create"}
	if o.named {
		c = append(c, o.Restore.Name)
	}
	if o.Restore.Namespace != defaultVeleroNamespace {
		c.flag("namespace", o.Restore.Namespace)
	}
	c.flag("from-backup", spec.BackupName)
	c.flag("include-namespaces", strings.Join(spec.IncludedNamespaces, ","))
	c.flag("exclude-namespaces", strings.Join(spec.ExcludedNamespaces, ","))
	c.flag("namespace-mappings", joined(spec.NamespaceMapping, ":"))
	c.flag("include-resources", strings.Join(spec.IncludedResources, ","))
	c.flag("exclude-resources", strings.Join(spec.ExcludedResources, ","))
	c.choice("include-cluster-resources", spec.IncludeClusterResources)
	if spec.LabelSelector != nil {
		c.flag("selector", metav1.FormatLabelSelector(spec.LabelSelector))
	}
	c.flag("or-selector", anyOf(spec.OrLabelSelectors))
	c.choice("restore-volumes", spec.RestorePVs)
	c.choice("preserve-nodeports", spec.PreserveNodePorts)
	c.flag("existing-resource-policy", spec.ExistingResourcePolicy)
	if status := spec.RestoreStatus; status != nil {
		if len(status.IncludedResources) == 0 {
			return nil, nil // the flag for what is excluded does nothing without the other
		}
		c.flag("status-include-resources", strings.Join(status.IncludedResources, ","))
		c.flag("status-exclude-resources", strings.Join(status.ExcludedResources, ","))
	}
	if spec.ResourceModifier != nil {
		c.flag("resource-modifier-configmap", spec.ResourceModifier.Name)
	}
	if skip := spec.SkipDefaultResourceModifier; skip != nil && *skip {
		c = append(c, "--skip-default-resource-modifier")
	}
	if spec.ResourcePolicy != nil {
		c.flag("resource-policies-configmap", spec.ResourcePolicy.Name)
	}
	if timeout := spec.ItemOperationTimeout.Duration; timeout > 0 {
		c.flag("item-operation-timeout", timeout.Round(time.Second).String())
	}
	if err := c.uploader(spec.UploaderConfig); err != nil {
		return nil, err
	}
	c.flag("labels", joined(o.Restore.Labels, "="))
	c.flag("annotations", joined(o.Restore.Annotations, "="))
	return c, nil
}

// command are the words of a command line.
type command []string

// flag adds a flag that has a value.
func (c *command) flag(name, value string) {
	if value != "" {
		*c = append(*c, "--"+name, value)
	}
}

// choice adds a flag of three values: yes, no, and none.
func (c *command) choice(name string, value *bool) {
	if value != nil {
		*c = append(*c, "--"+name+"="+strconv.FormatBool(*value))
	}
}

// uploader adds the flags for file system restores.
func (c *command) uploader(text json.RawMessage) error {
	var config struct {
		WriteSparseFiles      *bool `json:"writeSparseFiles"`
		ParallelFilesDownload int   `json:"parallelFilesDownload"`
	}
	if err := json.Unmarshal([]byte(cmp.Or(string(text), "{}")), &config); err != nil {
		return err
	}
	c.choice("write-sparse-files", config.WriteSparseFiles)
	if config.ParallelFilesDownload > 0 {
		c.flag("parallel-files-download", strconv.Itoa(config.ParallelFilesDownload))
	}
	return nil
}

// joined writes a map as Velero's flags read it, in the order of its keys.
func joined(values map[string]string, between string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, key+between+values[key])
	}
	return strings.Join(pairs, ",")
}

func anyOf(selectors []*metav1.LabelSelector) string {
	var texts []string
	for _, s := range selectors {
		texts = append(texts, metav1.FormatLabelSelector(s))
	}
	return strings.Join(texts, " or ")
}
