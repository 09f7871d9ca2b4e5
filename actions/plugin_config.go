package actions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// IgnoredConfig is a ConfigMap that looks like the configuration of an action, and that Velero does not find.
type IgnoredConfig struct{ Namespace, Name, Why string }

// IgnoredConfigs finds them among the ConfigMaps of the target. Only those count that have the name of an action as a label,
// or one that only just differs: others may be anything.
func IgnoredConfigs(t Target, veleroNamespace string, chain *Chain) []IgnoredConfig {
	var list []IgnoredConfig
	for _, cm := range t.List(layout.ConfigMaps, "") {
		if why := chain.whyIgnored(cm, veleroNamespace); why != "" {
			list = append(list, IgnoredConfig{cm.Namespace(), cm.Name(), why})
		}
	}
	return list
}

// whyIgnored says why Velero does not find a configuration, "" if it does or the ConfigMap is none.
func (c *Chain) whyIgnored(cm *object.Value, veleroNamespace string) string {
	labels := cm.Labels()
	_, marked := labels[pluginConfigLabel]
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		value := labels[label]
		switch {
		case label == pluginConfigLabel || !strings.HasPrefix(label, "velero.io/") || slices.Contains(otherKinds, Kind(value)):
			continue
		case !c.Runs(label):
			if near := c.nearest(label); near != "" && marked {
				return fmt.Sprintf("no action of Velero is called %s; %s is", label, near)
			}
		case !marked:
			return fmt.Sprintf("it lacks the label %s", pluginConfigLabel)
		case value != string(RestoreItemAction):
			return fmt.Sprintf("its label %s is %q, and has to be %s", label, value, RestoreItemAction)
		case cm.Namespace() != veleroNamespace:
			return fmt.Sprintf("it is in namespace %s, and Velero looks in %s", cm.Namespace(), veleroNamespace)
		}
	}
	return ""
}

// otherKinds are kinds of plugins that a ConfigMap may configure beside a restore's.
var otherKinds = []Kind{BackupItemAction, DeleteItemAction, ItemBlockAction, "ObjectStore", "VolumeSnapshotter"}

// nearest is an action whose name only just differs, "" if none does.
func (c *Chain) nearest(name string) string {
	for _, l := range c.links {
		if letters(l.Name) == letters(name) {
			return l.Name
		}
	}
	return ""
}

// letters are those of a name, in lower case and without a plural.
func letters(name string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return strings.TrimSuffix(kept, "s")
}
