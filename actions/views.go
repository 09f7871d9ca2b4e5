package actions

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// Target is a read-only view of the target cluster: what the user gave, what an empty but running cluster has, and
// what this restore has created so far (of the resources that some action names in Needs).
type Target interface {
	// Get returns an object. Namespace is the target's own, "" for cluster-scoped objects.
	Get(resource, namespace, name string) (*object.Value, bool)
	// List returns the objects of one namespace (all namespaces for ""), sorted by namespace and name.
	List(resource, namespace string) []*object.Value
	// Complete says whether the view can be trusted to hold every object of the resource: the user described some
	// objects of it. Where it is false and an object is missing, an action warns instead of deciding.
	Complete(resource string) bool
}

// Backup is what actions ask about the backup beside the item.
type Backup struct {
	Name             string
	Namespace        string                                             // of Velero, where the Backup object is; "" where it is not known
	Spec             velero.BackupSpec                                  // of velero-backup.json; empty for a backup without that file
	AsRun            []byte                                             // the Backup as Velero's server has it, JSON; for plugins only
	PodVolumeBackups map[layout.NamespacedName][]velero.PodVolumeBackup // by pod, as it was named in the source cluster
	CSISnapshots     []velero.CSIVolumeSnapshot
	VolumeInfos      []velero.VolumeInfo

	// Get returns an item of the backup as it stands there, or nil.
	Get func(ref ItemRef) *object.Value
	// InVersion returns the copy of an item in another version than the preferred one, or nil. It may be nil itself.
	InVersion func(ref ItemRef, version string) *object.Value
}

// Copy returns the copy of an item in another version than the preferred one, nil where there is none.
func (b *Backup) Copy(ref ItemRef, version string) *object.Value {
	if b.InVersion == nil {
		return nil
	}
	return b.InVersion(ref, version)
}

// pluginConfigLabel marks a ConfigMap in Velero's namespace that configures a plugin.
const pluginConfigLabel = "velero.io/plugin-config"

// PluginConfig returns the ConfigMap in Velero's namespace that configures an action, nil if there is none. Two of
// them are an error. Source: Velero v1.18.2 pkg/plugin/framework/common/plugin_config.go, v1.6.3
// pkg/plugin/framework (GetPluginConfig).
func PluginConfig(t Target, veleroNamespace string, kind Kind, action string) (*object.Value, error) {
	configs := slices.DeleteFunc(slices.Clone(t.List(layout.ConfigMaps, veleroNamespace)), func(cm *object.Value) bool {
		labels := cm.Labels()
		_, marked := labels[pluginConfigLabel]
		return !marked || labels[action] != string(kind)
	})
	switch len(configs) {
	case 0:
		return nil, nil
	case 1:
		return configs[0], nil
	}
	return nil, &Failure{ID: "plugin-config-twice", Err: fmt.Errorf("ConfigMaps %s and %s in namespace %s both configure %s: label only one of them",
		configs[0].Name(), configs[1].Name(), veleroNamespace, action)}
}
